"""
What a figure is the sum of: its entries, and the cases or duties these are about.

Either is read page by page: entries office by office; cases in the order of their
numbers, or of few offices from the next of each.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from services.reporting.domain.figures import FiguresRequest
from services.reporting.store.ledger_tables import DUTY, entries
from shared.records.by_office import offices_table, read_by_office
from shared.records.merged import FEW
from shared.records.pages import page_of, read_page
from shared.storage.row_sets import one_of
from shared.web.paging import Page, PageRequest

_COLUMNS = [DUTY if c.name == "duty" else c for c in entries.c]
_DUTY = func.coalesce(*DUTY.element.clauses, "").label("duty")
_BY_CASE = (entries.c.case_number, entries.c.office, _DUTY)
_LEFT = cast(func.sum(entries.c.amount), BigInteger)
_CASES = (
    select(
        *_BY_CASE,
        func.max(entries.c.duty_rule).label("duty_rule"),
        func.array_agg(
            aggregate_order_by(entries.c.due_on, entries.c.position.desc()),
            type_=ARRAY(Date),
        ).label("due_days"),
        _LEFT.label("amount"),
    )
    .group_by(*_BY_CASE)
    .having(_LEFT != 0)
)


@dataclass(frozen=True)
class Behind:
    """
    The offices and conditions that select the entries behind a figure.
    """

    offices: Collection[str]
    conditions: tuple[ColumnElement[bool], ...]


class Details:
    """
    The entries behind figures, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def entries_behind(
        self,
        request: FiguresRequest,
        offices: Collection[str],
        measure: str,
    ) -> Behind:
        """
        The entries behind a figure, as far as they had been posted at its moment.
        """
        conditions = (
            entries.c.programme == request.programme,
            entries.c.measure == measure,
            entries.c.day <= request.as_of,
            entries.c.known_at <= request.known_at,
        )
        return Behind(offices, conditions)

    def entries_page(self, behind: Behind, request: PageRequest) -> Page[Any]:
        """
        A page of entries; those of a duty with its id, the id of its rule and its due
        day.
        """
        page = read_by_office(
            self.session,
            select(*_COLUMNS).where(*behind.conditions),
            request,
            [entries.c.day, entries.c.case_number, entries.c.position],
            office=entries.c.office,
            offices=behind.offices,
        )
        return page.map(lambda row: row._asdict())

    def cases_page(self, behind: Behind, request: PageRequest) -> Page[Any]:
        """
        A page of the cases, or duties of cases, whose entries do not cancel out, with
        what is left.
        """
        query = _CASES.where(*behind.conditions)
        if len(behind.offices) > FEW:
            # Of so many the cases are read in the order of their numbers. An
            # expression, so that the planner does not weigh each of the offices.
            query = query.where(one_of(entries.c.office.concat(""), behind.offices))
            page = read_page(self.session, query, request, _BY_CASE)
        else:
            offices = offices_table(behind.offices)
            query = query.where(entries.c.office == offices.c.office)
            next_of_each = page_of(query, request, _BY_CASE).lateral()
            query = select(next_of_each).join_from(offices, next_of_each, true())
            order = [next_of_each.c[column.name] for column in _BY_CASE]
            page = read_page(self.session, query, request, order)
        # The last entry has the due day that counts.
        return page.map(lambda row: {**row._asdict(), "due_on": row.due_days[0]})
