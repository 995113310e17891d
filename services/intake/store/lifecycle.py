"""
The steps of petitions, and the attempts to deliver their papers.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index

from services.intake.domain.lifecycle import Delivery, Step
from services.intake.store.petitions import petitions
from services.intake.store.tables import metadata
from shared.records import table_of
from shared.sealed_records import SealedRecords

_OF_STEP = ("organ", "materials", "text", "document_ids")

petition_steps = table_of(
    Step,
    "petition_steps",
    metadata,
    Column("petition", ForeignKey(petitions.c.number), nullable=False),
    Index("ix_petition_steps_petition", "petition", "id"),
    sealed=_OF_STEP,
)

deliveries = table_of(
    Delivery,
    "deliveries",
    metadata,
    Column("petition", ForeignKey(petitions.c.number), nullable=False),
    Column("step", ForeignKey(petition_steps.c.id), nullable=False),
    Index("ix_deliveries_petition", "petition", "id"),
    sealed=("note",),
)


class Steps(SealedRecords[Step]):
    """
    The steps of petitions; what the office wrote of them is encrypted.
    """

    table = petition_steps
    record = Step
    sealed = _OF_STEP

    def of_petition(self, number: str) -> list[Step]:
        """
        The steps in the order in which they were recorded.
        """
        query = self.query().where(petition_steps.c.petition == number)
        return self.all(query.order_by(petition_steps.c.id))


class Deliveries(SealedRecords[Delivery]):
    """
    The deliveries of papers to petitioners.
    """

    table = deliveries
    record = Delivery
    sealed = ("note",)

    def of_petition(self, number: str) -> list[Delivery]:
        """
        The deliveries in the order in which they were recorded.
        """
        query = self.query().where(deliveries.c.petition == number)
        return self.all(query.order_by(deliveries.c.id))
