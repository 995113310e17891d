"""
Who oversees what, and the cases that fall under each member of a leading group.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Index, and_, func, or_, select

from services.assignment.domain.people.oversight import OverseenCase, Oversight
from services.assignment.store.enrolments import stands_in
from services.assignment.store.tables import matters, metadata
from shared.records.pages import read_page
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.storage.name_locks import lock_name
from shared.vocabulary import Standing
from shared.web.paging import Page, PageRequest

oversights = table_of(
    Oversight,
    "oversights",
    metadata,
    Index("ix_oversights_office_id", "office", "id"),
)


_AT_CONTACT_POINT = matters.c.office == oversights.c.overseen
_IN_DEPARTMENT = and_(
    matters.c.office == oversights.c.office,
    matters.c.department == oversights.c.department,
)
# The last entry of `led` says whether a leader is named now; a case nobody ever led has
# none.
_IS_LED = func.coalesce(matters.c.led[-1][1].astext == "named", False)
_OVERSEEN_CASES = (
    select(
        matters.c.number,
        oversights.c.id,
        matters.c.office,
        matters.c.department,
        matters.c.standing,
        _IS_LED.label("led"),
        oversights.c.post,
        oversights.c.holder,
        _AT_CONTACT_POINT.label("contact_point"),
    )
    .select_from(matters)
    .join(oversights, or_(_AT_CONTACT_POINT, _IN_DEPARTMENT))
)


class Oversights(Records[Oversight]):
    """
    Who oversees what, within one transaction.
    """

    table, record = oversights, Oversight

    def lock_office(self, office: str) -> list[Oversight]:
        """
        What an office has entered, while nobody else changes it.
        """
        lock_name(self.session, f"assignment.oversights.{office}")
        query = self.query().where(oversights.c.office == office)
        return self.all(query.order_by(oversights.c.since, oversights.c.id))

    def page_of(
        self, office: str, on: date | None, request: PageRequest
    ) -> Page[Oversight]:
        """
        What an office has entered, with *on* what holds on that day.
        """
        query = self.query().where(oversights.c.office == office)
        return self.page(query.where(_holds_on(on)) if on else query, request)

    def cases(
        self,
        office: str,
        programme: str,
        on: date,
        request: PageRequest,
        *,
        post: str | None = None,
        holder: str | None = None,
    ) -> Page[OverseenCase]:
        """
        The open cases that the posts of an office oversee on a day.
        """
        query = _OVERSEEN_CASES.where(
            oversights.c.office == office,
            oversights.c.programme == programme,
            stands_in(programme),
            _holds_on(on),
            matters.c.is_case,
            ~matters.c.merged,
            matters.c.standing.in_((Standing.OPEN, Standing.SUBMITTED)),
        )
        if post:
            query = query.where(oversights.c.post == post)
        if holder:
            query = query.where(oversights.c.holder == holder)
        page = read_page(
            self.session, query, request, [matters.c.number, oversights.c.id]
        )
        return page.map(_overseen)


def _overseen(row: Any) -> OverseenCase:
    columns = row._asdict()
    del columns["id"]  # of who oversees it, by which pages are cut
    return OverseenCase(**{**columns, "contact_point": bool(row.contact_point)})


def _holds_on(day: date) -> ColumnElement[bool]:
    until = oversights.c.until
    return and_(oversights.c.since <= day, or_(until.is_(None), until > day))
