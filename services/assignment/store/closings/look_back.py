"""
Findings about the work of departments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Index, func, or_, select

from services.assignment.domain.closings.look_back import LookBack
from services.assignment.store.tables import metadata
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.web.paging import Page, PageRequest

look_backs = table_of(
    LookBack,
    "look_backs",
    metadata,
    Index("ix_look_backs_number", "number"),
    Index("ix_look_backs_office_id", "office", "id"),
    Index("ix_look_backs_to_office_id", "to_office", "id"),
    Index("ix_look_backs_office_found_on", "office", "found_on"),
)


class LookBacks(Records[LookBack]):
    """
    Findings about the work of departments.
    """

    table, record = look_backs, LookBack

    def of_offices(
        self, offices: Collection[str], wanted: Mapping[str, Any], request: PageRequest
    ) -> Page[LookBack]:
        """
        What these offices found or answer for, with the *wanted* values.
        """
        query = self.query().where(
            or_(look_backs.c.office.in_(offices), look_backs.c.to_office.in_(offices)),
            *(look_backs.c[name] == value for name, value in wanted.items()),
        )
        return self.page(query, request)

    def causes(
        self, offices: Collection[str], programme: str, from_: date, to: date
    ) -> dict[tuple[str, str], tuple[int, int]]:
        """
        How many findings of these offices' cases there are, and how many are open, by
        link and problem.
        """
        found = look_backs.c
        waits = func.count().filter(found.state != "accepted")
        query = (
            select(found.link, found.problem, func.count(), waits)
            .where(
                found.office.in_(offices),
                found.programme == programme,
                found.found_on.between(from_, to),
            )
            .group_by(found.link, found.problem)
        )
        rows = self.session.execute(query)
        return {(link, problem): (n, waiting) for link, problem, n, waiting in rows}
