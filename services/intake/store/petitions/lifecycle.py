"""
The steps of petitions, and the attempts to deliver their papers.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Column, ForeignKey, Index

from services.intake.domain.petitions.deliveries import Delivery
from services.intake.domain.petitions.steps import Step, in_place
from services.intake.store.petitions.petition_table import petitions
from services.intake.store.tables import metadata
from shared.records.sealed import SealedRecords
from shared.records.tables import table_of

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
    Column("step", ForeignKey(petition_steps.c.id)),
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
        The steps that count, in their order.
        """
        return [step for step in self.every(number) if step.withdrawn_on is None]

    def every(self, number: str) -> list[Step]:
        """
        Likewise, with those that were withdrawn.
        """
        query = self.query().where(petition_steps.c.petition == number)
        return in_place(self.all(query.order_by(petition_steps.c.id)))

    def withdraw(self, step: Step, on: date) -> None:
        """
        Mark a step as recorded wrongly.
        """
        this = petition_steps.c.id == step.id
        self.session.execute(
            petition_steps.update().where(this).values(withdrawn_on=on)
        )


class Deliveries(SealedRecords[Delivery]):
    """
    The deliveries of papers to petitioners.
    """

    table = deliveries
    record = Delivery
    sealed = ("note",)

    def of_petition(self, number: str) -> list[Delivery]:
        """
        The deliveries that count, in the order in which they were recorded.
        """
        return [each for each in self.every(number) if each.withdrawn_on is None]

    def every(self, number: str) -> list[Delivery]:
        """
        Likewise, with those that were withdrawn.
        """
        query = self.query().where(deliveries.c.petition == number)
        return self.all(query.order_by(deliveries.c.id))

    def withdraw(self, delivery: Delivery, on: date) -> None:
        """
        Mark a delivery as recorded wrongly.
        """
        this = deliveries.c.id == delivery.id
        self.session.execute(deliveries.update().where(this).values(withdrawn_on=on))

    def of_step(self, wrong: str, *, now: str) -> None:
        """
        Let the deliveries of a step that was corrected be those of the right one.
        """
        these = deliveries.c.step == wrong
        self.session.execute(deliveries.update().where(these).values(step=now))
