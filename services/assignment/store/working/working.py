"""
The plans of cases, and the demands that were fixed with petitioners: their words are
sealed with the keys of documents, as those in intake are with keys of its own.
"""

from __future__ import annotations

from sqlalchemy import Index

from services.assignment.domain.working.demands import Demand
from services.assignment.domain.working.plans import Plan
from services.assignment.store.tables import metadata
from shared.records.rows import Records
from shared.records.sealed import SealedRecords
from shared.records.tables import table_of
from shared.storage.encryption import FieldCipher, document_cipher
from shared.web.paging import Page, PageRequest

plans = table_of(
    Plan,
    "plans",
    metadata,
    Index("uq_plans_number_version", "number", "version", unique=True),
)

_OF_DEMAND = ("points",)
demands = table_of(
    Demand,
    "demands",
    metadata,
    Index("uq_demands_number_version", "number", "version", unique=True),
    sealed=_OF_DEMAND,
)


class Demands(SealedRecords[Demand]):
    """
    The demands of cases, every version of each.
    """

    table, record = demands, Demand
    sealed = _OF_DEMAND

    @property
    def cipher(self) -> FieldCipher:
        return document_cipher()

    def of_case(self, number: str) -> list[Demand]:
        """
        Every version of the demand of a case, the first one first.
        """
        query = self.query().where(demands.c.number == number)
        return self.all(query.order_by(demands.c.version))

    def page_of(self, number: str, request: PageRequest) -> Page[Demand]:
        query = self.query().where(demands.c.number == number)
        return self.page(query, request, demands.c.version)


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
