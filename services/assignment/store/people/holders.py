"""
Who holds which post, and the cases that follow a holder.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)

from services.assignment.domain.people.holders import Holding, Holdings, LedByHolder
from services.assignment.store.enrolments import stands_in
from services.assignment.store.leaders.leaders import leaderships
from services.assignment.store.tables import matters, metadata
from shared.records.pages import read_page
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.storage.name_locks import lock_name
from shared.web.paging import Page, PageRequest

holdings = table_of(
    Holding,
    "holdings",
    metadata,
    Index("ix_holdings_office_id", "office", "id"),
)


class Holders(Records[Holding]):
    """
    The holders of posts, within one transaction.
    """

    table, record = holdings, Holding

    def of_office(self, office: str) -> list[Holding]:
        query = self.query().where(holdings.c.office == office)
        return self.all(query.order_by(holdings.c.since, holdings.c.id))

    def lock_office(self, office: str) -> list[Holding]:
        """
        As `of_office`, while no other transaction changes who holds the posts of the
        office.
        """
        # A lock on a name, not on rows: the first holder of an office has no row yet
        # that could be locked.
        lock_name(self.session, f"assignment.holdings.{office}")
        return self.of_office(office)

    def of_offices(self, offices: Collection[str]) -> Holdings:
        query = self.query().where(holdings.c.office.in_(offices))
        return Holdings(self.all(query.order_by(holdings.c.since, holdings.c.id)))

    def page_of(
        self, office: str, on: date | None, request: PageRequest
    ) -> Page[Holding]:
        """
        The holders of an office's posts, with *on* those of that day.
        """
        query = self.query().where(holdings.c.office == office)
        return self.page(query.where(_held_on(on)) if on else query, request)


_LED = (
    leaderships.c.number,
    leaderships.c.office,
    leaderships.c.post,
    leaderships.c.holder,
    leaderships.c.since,
    leaderships.c.main,
)


def _held_on(day: date) -> ColumnElement[bool]:
    until = holdings.c.until
    return (holdings.c.since <= day) & or_(until.is_(None), until > day)


def _open_led(office: str) -> Select[tuple[object, ...]]:
    return (
        select(*_LED)
        .join(matters, matters.c.number == leaderships.c.number)
        .where(
            leaderships.c.office == office,
            leaderships.c.until.is_(None),
            matters.c.concluded_on.is_(None),
        )
    )


def handovers(
    session: Connection, office: str, on: date, request: PageRequest
) -> Page[LedByHolder]:
    """
    The open cases led by a person who does not hold the post any more, or by a post of
    which nobody knows which holder leads.
    """
    of_post = and_(
        holdings.c.office == leaderships.c.office,
        holdings.c.post == leaderships.c.post,
        _held_on(on),
    )
    still = select(1).where(of_post, holdings.c.holder == leaderships.c.holder).exists()
    holders = select(func.count()).where(of_post).scalar_subquery()
    former = leaderships.c.holder.is_not(None) & ~still
    # A post with one holder needs no name: it is clear who leads.
    unnamed = leaderships.c.holder.is_(None) & (holders > 1)
    reason = case((former, "holder_left"), else_="holder_missing").label("reason")
    query = _open_led(office).add_columns(reason).where(or_(former, unnamed))
    by = [leaderships.c.number, leaderships.c.post]
    page = read_page(session, query, request, by)
    return page.map(lambda row: LedByHolder(*row))


def led_by(
    session: Connection,
    office: str,
    request: PageRequest,
    *,
    post: str | None = None,
    holder: str | None = None,
    programme: str | None = None,
) -> Page[LedByHolder]:
    """
    The open cases that posts of an office lead, or one post or holder of it.
    """
    query = _open_led(office)
    if post:
        query = query.where(leaderships.c.post == post)
    if holder:
        query = query.where(leaderships.c.holder == holder)
    if programme:
        query = query.where(stands_in(programme))
    by = [leaderships.c.number, leaderships.c.post]
    page = read_page(session, query, request, by)
    return page.map(lambda row: LedByHolder(*row))


def numbers_led_by(
    session: Connection,
    office: str,
    post: str,
    holder: str,
    most: int,
    *,
    among: Collection[str] | None = None,
) -> list[str]:
    """
    The numbers of the first open cases that a holder of a post leads.
    """
    query = _open_led(office).where(
        leaderships.c.post == post, leaderships.c.holder == holder
    )
    if among is not None:
        query = query.where(leaderships.c.number.in_(among))
    rows = session.execute(query.order_by(leaderships.c.number).limit(most))
    return [row.number for row in rows]
