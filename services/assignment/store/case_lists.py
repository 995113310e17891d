"""
Lists of cases by what a person or a ledger says of them, and how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from services.assignment.domain.activities.case_counts import CaseCount
from services.assignment.store.leaders.leaders import profiles
from services.assignment.store.tables import matters
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
        The cases for which everything that is *asked* holds.
        """
        query = select(matters).where(matters.c.office.in_(offices), matters.c.is_case)
        if asked.keys() - {"programme", "standing"}:
            query = query.join(profiles, profiles.c.number == matters.c.number)
        query = query.where(*(_FILTERS[name](value) for name, value in asked.items()))
        return read_page(self.session, query, request, [matters.c.number])

    def counts(
        self,
        programme: str,
        offices: Collection[str],
        by: str,
        *,
        in_scope: bool | None = None,
    ) -> list[CaseCount]:
        """
        The cases that were not merged away, by what they say under the name *by*.
        """
        value = _trait(by).label("id")
        resolved = matters.c.standing == Standing.RESOLVED
        query = (
            select(
                value,
                func.count().label("cases"),
                func.count().filter(matters.c.standing.in_(_OPEN)).label("open"),
                func.count().filter(resolved).label("resolved"),
            )
            .join(profiles, profiles.c.number == matters.c.number)
            .where(
                matters.c.programme == programme,
                matters.c.office.in_(offices),
                matters.c.is_case,
                ~matters.c.merged,
            )
            .group_by(value)
        )
        if in_scope is not None:
            query = query.where(matters.c.in_scope.is_(in_scope))
        return [CaseCount(**row._asdict()) for row in self.session.execute(query)]


_OPEN = (Standing.OPEN, Standing.SUBMITTED)


def _trait(name: str) -> ColumnElement[str]:
    traits: ColumnElement[str] = profiles.c.traits[name].astext
    return traits


def _is(name: str) -> Callable[[Any], ColumnElement[bool]]:
    return lambda value: _trait(name) == value


def _stubborn(wanted: object) -> ColumnElement[bool]:
    """
    骨头案、钉子案 that their office has still to work on (DY-33); or all others.
    """
    stubborn = and_(
        func.coalesce(_trait("difficulty").in_(STUBBORN), False),
        matters.c.standing.in_(_OPEN),
        ~matters.c.merged,
    )
    return stubborn if wanted else ~stubborn


_FILTERS: Mapping[str, Callable[[Any], ColumnElement[bool]]] = {
    "programme": lambda code: matters.c.programme == code,
    "standing": lambda standing: matters.c.standing == standing,
    "origin": _is("origin"),
    "case_kind": _is("case_kind"),
    "case_class": _is("case_class"),
    "difficulty": _is("difficulty"),
    "stubborn": _stubborn,
}
