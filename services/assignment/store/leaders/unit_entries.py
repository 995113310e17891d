"""
What was done of a unit's own lists, and the work of its posts.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Index, Select, and_, func, select

from services.assignment.domain.duties.duty import CLOSED
from services.assignment.domain.people.responsibility import PostWork, UnitEntry
from services.assignment.store.enrolments import stands_in
from services.assignment.store.leaders.leaders import leaderships
from services.assignment.store.tables import duties, matters, metadata
from shared.records.rows import Records
from shared.records.tables import table_of

_MOST = 1000

unit_entries = table_of(
    UnitEntry,
    "unit_entries",
    metadata,
    Index("ix_unit_entries_office", "office", "programme"),
)


class UnitEntries(Records[UnitEntry]):
    """
    Entries in the lists of a unit, within one transaction.
    """

    table, record = unit_entries, UnitEntry

    def latest(self, office: str, programme: str) -> list[UnitEntry]:
        """
        The latest thousand of an office, in the order in which they were recorded.
        """
        query = self.query().where(
            unit_entries.c.office == office, unit_entries.c.programme == programme
        )
        entries = self.all(query.order_by(unit_entries.c.id.desc()).limit(_MOST))
        return entries[::-1]


def work_of_posts(
    session: Connection, office: str, programme: str, today: date
) -> list[PostWork]:
    """
    The work of the posts of an office under a programme, by post and holder.
    """
    work: dict[tuple[str, str | None], PostWork] = {}

    def of(post: str, holder: str | None) -> PostWork:
        return work.setdefault((post, holder), PostWork(post, holder))

    for post, holder, main, count in session.execute(_cases_led(office, programme)):
        if main:
            of(post, holder).cases = count
        else:
            of(post, holder).joint = count
    query = _duties_owed(office, programme, today)
    for post, holder, count, overdue in session.execute(query):
        post_work = of(post, holder)
        post_work.open, post_work.overdue = count, overdue
    return sorted(work.values(), key=lambda each: (each.post, each.holder or ""))


def _cases_led(office: str, programme: str) -> Select[Any]:
    """
    Post, holder, whether as the main leader, and how many open cases are led so.
    """
    tenures = leaderships.c
    return (
        select(tenures.post, tenures.holder, tenures.main, func.count())
        .join(matters, matters.c.number == tenures.number)
        .where(
            tenures.office == office,
            tenures.until.is_(None),
            stands_in(programme),
            matters.c.concluded_on.is_(None),
        )
        .group_by(tenures.post, tenures.holder, tenures.main)
    )


def _duties_owed(office: str, programme: str, today: date) -> Select[Any]:
    """
    Post, holder, how many duties it owes and how many of them are overdue.
    """
    tenures = leaderships.c
    late = and_(duties.c.state == "open", duties.c.due_on < today, ~duties.c.backdated)
    # A duty names a post alone: who holds it is known where the post leads the matter.
    leads = and_(
        tenures.number == duties.c.number,
        tenures.office == duties.c.office,
        tenures.post == duties.c.post,
        tenures.until.is_(None),
    )
    return (
        select(duties.c.post, tenures.holder, func.count(), func.count().filter(late))
        .outerjoin(leaderships, leads)
        .where(
            duties.c.office == office,
            duties.c.programme == programme,
            duties.c.post.is_not(None),
            # One comparison each, as the condition of the partial index is written.
            *(duties.c.state != closed for closed in CLOSED),
        )
        .group_by(duties.c.post, tenures.holder)
    )
