"""
The plans of cases.
"""

from __future__ import annotations

from sqlalchemy import Index

from services.assignment.domain.working.plans import Plan
from services.assignment.store.tables import metadata
from shared.records import Records, table_of
from shared.web.paging import Page, PageRequest

plans = table_of(
    Plan,
    "plans",
    metadata,
    Index("uq_plans_number_version", "number", "version", unique=True),
)


class Plans(Records[Plan]):
    """
    The plans of cases, every version of each.
    """

    table, record = plans, Plan

    def of_case(self, number: str) -> list[Plan]:
        """
        Every version of the plan of a case, the first one first.
        """
        query = self.query().where(plans.c.number == number)
        return self.all(query.order_by(plans.c.version))

    def page_of(self, number: str, request: PageRequest) -> Page[Plan]:
        query = self.query().where(plans.c.number == number)
        return self.page(query, request, plans.c.version)
