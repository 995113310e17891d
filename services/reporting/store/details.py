"""
What a figure is the sum of: its entries, and the cases or duties these are about.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    Select,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from services.reporting.domain.figures import FiguresRequest
from services.reporting.store.ledger_tables import DUTY, entries
from shared.records.pages import read_page
from shared.web.paging import Page, PageRequest


class Details:
    """
    The entries behind figures, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def behind(
        self,
        request: FiguresRequest,
        offices: Collection[str],
        measure: str,
    ) -> Select[Any]:
        """
        The entries behind a figure, as far as they had been posted at its moment; those
        of a duty with its id, the id of its rule and its due day.
        """
        return (
            select(*(DUTY if c.name == "duty" else c for c in entries.c))
            .where(entries.c.programme == request.programme)
            .where(entries.c.measure == measure, entries.c.day <= request.as_of)
            .where(entries.c.office.in_(offices))
            .where(entries.c.known_at <= request.known_at)
        )

    def entries_page(self, query: Select[Any], request: PageRequest) -> Page[Any]:
        """
        A page of the entries of *query*.
        """
        order = (
            entries.c.office,
            entries.c.day,
            entries.c.case_number,
            entries.c.position,
        )
        page = read_page(self.session, query, request, order)
        return page.map(lambda row: row._asdict())

    def cases_page(self, query: Select[Any], request: PageRequest) -> Page[Any]:
        """
        A page of the cases, or duties of cases, whose entries in *query* do not cancel
        out, with what is left.
        """
        of = query.subquery()
        left = cast(func.sum(of.c.amount), BigInteger)
        duty = func.coalesce(of.c.duty, "")
        order = (of.c.case_number, of.c.office, duty.label("duty"))
        days = aggregate_order_by(of.c.due_on, of.c.position.desc())
        grouped = (
            select(
                *order,
                func.max(of.c.duty_rule).label("duty_rule"),
                func.array_agg(days, type_=ARRAY(Date)).label("due_days"),
                left.label("amount"),
            )
            .group_by(of.c.case_number, of.c.office, duty)
            .having(left != 0)
        )
        page = read_page(self.session, grouped, request, order)
        # The last entry has the due day that counts.
        return page.map(lambda row: {**row._asdict(), "due_on": row.due_days[0]})
