"""
Where petitions were sent from the counter, decision by decision.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index

from services.intake.domain.petitions.routing import RouteDecision
from services.intake.store.petitions.petition_table import petitions
from services.intake.store.tables import metadata
from shared.records.sealed import SealedRecords
from shared.records.tables import table_of

_SEALED = ("organ", "reason")

petition_routes = table_of(
    RouteDecision,
    "petition_routes",
    metadata,
    Column("petition", ForeignKey(petitions.c.number), nullable=False),
    Index("ix_petition_routes_petition", "petition", "id"),
    sealed=_SEALED,
)


class Routes(SealedRecords[RouteDecision]):
    """
    The decisions on where a petition goes; what the office wrote is encrypted.
    """

    table = petition_routes
    record = RouteDecision
    sealed = _SEALED

    def of_petition(self, number: str) -> list[RouteDecision]:
        """
        The decisions in the order in which they were made; the last one holds.
        """
        query = self.query().where(petition_routes.c.petition == number)
        return self.all(query.order_by(petition_routes.c.id))
