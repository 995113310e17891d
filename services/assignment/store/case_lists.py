"""
Lists of cases by what a person or a ledger says of them, and how many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from services.assignment.domain.activities.case_counts import CaseCount
from services.assignment.domain.matter import BegunMatter
from services.assignment.store.matters import begun
from services.assignment.store.tables import enrolments, matters
from shared.records.by_office import read_by_office
from shared.records.pages import read_page
from shared.storage.row_sets import one_of
from shared.vocabulary import STUBBORN, Standing
from shared.web.paging import Page, PageRequest

_OPEN = (Standing.OPEN, Standing.SUBMITTED)
Named = Callable[[str], ColumnElement[Any]]
"""
What a case says of itself under a name: in its own programme, or in a further one.
"""


class CaseLists:
    """The cases of offices, narrowed down and counted, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def page(
        self, offices: Collection[str], request: PageRequest, **filters: Any
    ) -> Page[BegunMatter]:
        """
        Return the cases that match all *filters*, office by office. A filter by
        programme also finds the cases that stand in it beside their own programme, and
        compares what that programme says of them, but for how it stands and who handles
        it.
        """
        code = filters.pop("programme", None)
        own = [_filter(name, value, _own_column) for name, value in filters.items()]
        if code is None:
            return self._own_page(offices, request, *own).map(begun)
        # Both lists with one more than the page: together they hold its first rows, and
        # show whether another page follows.
        one_more = PageRequest(request.limit + 1, request.after)
        of_it = self._own_page(offices, one_more, matters.c.programme == code, *own)
        conditions = [
            _filter(name, value, _further_column) for name, value in filters.items()
        ]
        further = (
            select(matters)
            .join(enrolments, _further(code))
            .where(_at_offices(offices), matters.c.is_case, *conditions)
        )
        order = [matters.c.office, matters.c.number]
        beside_it = read_page(self.session, further, one_more, order)
        rows = sorted(of_it.items + beside_it.items, key=_place)
        return Page.cut(rows, request.limit, _place).map(begun)

    def _own_page(
        self,
        offices: Collection[str],
        request: PageRequest,
        *conditions: ColumnElement[bool],
    ) -> Page[Row[Any]]:
        return read_by_office(
            self.session,
            select(matters).where(matters.c.is_case, *conditions),
            request,
            [matters.c.number],
            office=matters.c.office,
            offices=offices,
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
        Count the cases that were not merged away by the value of *by*, as the programme
        states it.
        """
        conditions = [_at_offices(offices), matters.c.is_case, ~matters.c.merged]
        own = _counting(_own_column(by)).where(
            *conditions, matters.c.programme == programme
        )
        if in_scope is not None:
            own = own.where(matters.c.in_scope.is_(in_scope))
        queries = [own]
        if in_scope is not False:  # what stands in a further programme is in its scope
            further = _counting(_further_column(by)).join(
                enrolments, _further(programme)
            )
            queries.append(further.where(*conditions))
        # Both queries may have a value, but no case: it stands beside its own programme
        # only in others.
        sums = defaultdict[str | None, list[int]](lambda: [0, 0, 0])
        for query in queries:
            for value, *numbers in self.session.execute(query):
                sums[value] = [*map(sum, zip(sums[value], numbers, strict=True))]
        return [CaseCount(value, *numbers) for value, numbers in sums.items()]


def _counting(value: ColumnElement[Any]) -> Select[Any]:
    return (
        select(
            value,
            func.count(),
            func.count().filter(matters.c.standing.in_(_OPEN)),
            func.count().filter(matters.c.standing == Standing.RESOLVED),
        )
        .select_from(matters)
        .group_by(value)
    )


def _place(row: Row[Any]) -> tuple[str, str]:
    return row.office, row.number


def _at_offices(offices: Collection[str]) -> ColumnElement[bool]:
    return one_of(matters.c.office, offices)


def _further(programme: str) -> ColumnElement[bool]:
    """
    How a case stands in a programme beside its own.
    """
    return and_(
        enrolments.c.number == matters.c.number,
        enrolments.c.programme == programme,
        ~enrolments.c.merged,
    )


def _own_column(name: str) -> ColumnElement[Any]:
    return matters.c[name]


def _further_column(name: str) -> ColumnElement[Any]:
    value: ColumnElement[str] = enrolments.c.traits[name].astext
    return value


def _filter(name: str, value: object, column_of: Named) -> ColumnElement[bool]:
    if name in {"standing", "handler_post"}:
        of_case: ColumnElement[bool] = matters.c[name] == value
        return of_case
    if name == "stubborn":
        return _stubborn(value, column_of)
    condition: ColumnElement[bool] = column_of(name) == value
    return condition


def _stubborn(value: object, column_of: Named) -> ColumnElement[bool]:
    """
    骨头案、钉子案 that their office has still to work on (DY-33); or all others.
    """
    if value:
        return and_(
            column_of("difficulty").in_(STUBBORN),
            matters.c.standing.in_(_OPEN),
            ~matters.c.merged,
        )
    return or_(
        func.coalesce(column_of("difficulty").not_in(STUBBORN), True),
        matters.c.standing.not_in(_OPEN),
        matters.c.merged,
    )
