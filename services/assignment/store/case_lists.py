"""
Lists of cases by what a person or a ledger says of them, and how many there are.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    func,
    or_,
    select,
)

from services.assignment.domain.activities.case_counts import CaseCount
from services.assignment.store.leaders.leaders import profiles
from services.assignment.store.tables import enrolments, matters
from shared.records.pages import read_page
from shared.vocabulary import STUBBORN, Standing
from shared.web.paging import Page, PageRequest


class CaseLists:
    """The cases of offices, narrowed down and counted, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def page(
        self, offices: Collection[str], request: PageRequest, **asked: Any
    ) -> Page[Any]:
        """
        The cases for which everything that is *asked* holds; those of a programme are
        also those that stand in it beside their own, in its terms.
        """
        query = select(matters).where(matters.c.office.in_(offices), matters.c.is_case)
        traits: ColumnElement[Any] = profiles.c.traits
        if asked.keys() - {"programme", "standing"}:
            query = query.join(profiles, profiles.c.number == matters.c.number)
        if code := asked.pop("programme", None):
            query = query.outerjoin(enrolments, _further(code)).where(_stands(code))
            traits = _as_there(code)
        wanted = (_filter(name, value, traits) for name, value in asked.items())
        return read_page(
            self.session, query.where(*wanted), request, [matters.c.number]
        )

    def counts(
        self,
        programme: str,
        offices: Collection[str],
        by: str,
        *,
        in_scope: bool | None = None,
    ) -> list[CaseCount]:
        """
        The cases that were not merged away, by what they say under the name *by*, in
        the terms of the programme.
        """
        value = _as_there(programme)[by].astext.label("id")
        resolved = matters.c.standing == Standing.RESOLVED
        query = (
            select(
                value,
                func.count().label("cases"),
                func.count().filter(matters.c.standing.in_(_OPEN)).label("open"),
                func.count().filter(resolved).label("resolved"),
            )
            .select_from(matters)
            .join(profiles, profiles.c.number == matters.c.number)
            .outerjoin(enrolments, _further(programme))
            .where(
                _stands(programme),
                matters.c.office.in_(offices),
                matters.c.is_case,
                ~matters.c.merged,
            )
            .group_by(value)
        )
        if in_scope is not None:
            here = or_(matters.c.in_scope, enrolments.c.number.is_not(None))
            query = query.where(here if in_scope else ~here)
        return [CaseCount(**row._asdict()) for row in self.session.execute(query)]


_OPEN = (Standing.OPEN, Standing.SUBMITTED)


def _further(programme: str) -> ColumnElement[bool]:
    """
    How a case stands in a programme beside its own.
    """
    return and_(
        enrolments.c.number == matters.c.number,
        enrolments.c.programme == programme,
        ~enrolments.c.merged,
    )


def _stands(programme: str) -> ColumnElement[bool]:
    return or_(matters.c.programme == programme, enrolments.c.number.is_not(None))


def _as_there(programme: str) -> ColumnElement[Any]:
    """
    What a case says of itself in the terms of a programme in which it stands.
    """
    own = matters.c.programme == programme
    return case((own, profiles.c.traits), else_=enrolments.c.traits)


def _filter(
    name: str, value: object, traits: ColumnElement[Any]
) -> ColumnElement[bool]:
    if name == "standing":
        return matters.c.standing == value
    if name == "stubborn":
        return _stubborn(value, traits)
    return _trait(traits, name) == value


def _trait(traits: ColumnElement[Any], name: str) -> ColumnElement[str]:
    value: ColumnElement[str] = traits[name].astext
    return value


def _stubborn(wanted: object, traits: ColumnElement[Any]) -> ColumnElement[bool]:
    """
    骨头案、钉子案 that their office has still to work on (DY-33); or all others.
    """
    stubborn = and_(
        func.coalesce(_trait(traits, "difficulty").in_(STUBBORN), False),
        matters.c.standing.in_(_OPEN),
        ~matters.c.merged,
    )
    return stubborn if wanted else ~stubborn
