"""
Findings about the work of departments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Index, Select, func, or_, select

from services.assignment.domain.closings.look_back import LookBack
from services.assignment.store.tables import matters, metadata
from shared.records.rows import Records
from shared.records.tables import columns_of, table_of
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

    A finding goes with its case: the office that has the case sees and judges it. Who
    has to correct it sees it whatever becomes of the case (decision 0077).
    """

    table, record = look_backs, LookBack

    def of_offices(
        self,
        offices: Collection[str],
        filters: Mapping[str, Any],
        request: PageRequest,
    ) -> Page[LookBack]:
        """
        Those in the cases of these *offices*, and those they answer for, whose fields
        have the values of *filters*.
        """
        query = self._seen_by(offices).where(
            *(look_backs.c[name] == value for name, value in filters.items())
        )
        return self.page(query, request)

    def seen(self, identity: str, offices: Collection[str]) -> LookBack | None:
        """
        The finding of that id, locked, at the office that has its case now; None if
        `of_offices` would not show it.
        """
        query = self._seen_by(offices).where(look_backs.c.id == identity)
        return self.one(query, lock=True)

    def _seen_by(self, offices: Collection[str]) -> Select[Any]:
        c, columns = look_backs.c, columns_of(look_backs, LookBack)
        # The office of the case now: a finding goes with its case.
        own_columns = [each for each in columns if each is not look_backs.c.office]
        return (
            select(*own_columns, matters.c.office)
            .join_from(look_backs, matters, matters.c.number == c.number)
            .where(or_(matters.c.office.in_(offices), c.to_office.in_(offices)))
        )

    def of_days(
        self, offices: Collection[str], programme: str, from_: date, to: date
    ) -> list[LookBack]:
        """
        The findings of these offices' cases in a period, in the order of their days.
        """
        c = look_backs.c
        query = self.query().where(
            c.office.in_(offices),
            c.programme == programme,
            c.found_on.between(from_, to),
        )
        return self.all(query.order_by(c.found_on, c.id))

    def causes(
        self, offices: Collection[str], programme: str, from_: date, to: date
    ) -> dict[tuple[str, str], tuple[int, int]]:
        """
        How many findings of these offices' cases there are, and how many are open, by
        link and problem.
        """
        c = look_backs.c
        waits = func.count().filter(c.state != "accepted")
        query = (
            select(c.link, c.problem, func.count(), waits)
            .where(
                c.office.in_(offices),
                c.programme == programme,
                c.found_on.between(from_, to),
            )
            .group_by(c.link, c.problem)
        )
        rows = self.session.execute(query)
        return {(link, problem): (n, waiting) for link, problem, n, waiting in rows}
