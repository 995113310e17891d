"""
The batches handed down, the cases in them and the objections; the filings received.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Column, ForeignKey, Index, String, or_, update
from sqlalchemy.dialects.postgresql import ARRAY

from services.assignment.domain.batches.batches import (
    Batch,
    BatchItem,
    Filing,
    Objection,
)
from services.assignment.store.tables import metadata
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.web.paging import Page, PageRequest

batches = table_of(
    Batch,
    "batches",
    metadata,
    Column("case_numbers", ARRAY(String, as_tuple=True), nullable=False),
    Column("offices", ARRAY(String, as_tuple=True), nullable=False),
    Index("uq_batches_office_letter_no", "office", "letter_no", unique=True),
)

batch_items = table_of(
    BatchItem,
    "batch_items",
    metadata,
    Column("batch", ForeignKey(batches.c.id), primary_key=True),
    Index("ix_batch_items_number", "number"),
    key=("batch", "number"),
)

filings = table_of(
    Filing, "filings", metadata, Index("ix_filings_office", "office", "programme")
)

objections = table_of(
    Objection,
    "objections",
    metadata,
    Column("batch", ForeignKey(batches.c.id), nullable=False),
    Index("uq_objections_batch_number", "batch", "number", unique=True),
    Index("ix_objections_office_id", "office", "id"),
    Index("ix_objections_decider_id", "decider", "id"),
)


class Batches(Records[Batch]):
    """
    The batches handed down.
    """

    table, record = batches, Batch

    def of_offices(self, offices: Collection[str], request: PageRequest) -> Page[Batch]:
        """
        The batches these offices handed down or are responsible for.
        """
        ours = batches.c.offices.overlap(list(offices))
        query = self.query().where(or_(batches.c.office.in_(offices), ours))
        return self.page(query, request)


class BatchItems(Records[BatchItem]):
    """
    The cases in batches, also those that left one.
    """

    table, record = batch_items, BatchItem

    def of_batch(self, batch: str) -> list[BatchItem]:
        query = self.query().where(batch_items.c.batch == batch)
        return self.all(query.order_by(batch_items.c.number))

    def remove(
        self, batch: str, numbers: Collection[str], *, state: str, on: date, reason: str
    ) -> None:
        """
        Record that cases left a batch: their *state* is how.
        """
        self.session.execute(
            update(batch_items)
            .where(batch_items.c.batch == batch, batch_items.c.number.in_(numbers))
            .values(state=state, left_on=on, reason=reason)
        )


class Filings(Records[Filing]):
    """
    The lists that offices filed.
    """

    table, record = filings, Filing

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[Filing]:
        return self.page(self.query().where(filings.c.office.in_(offices)), request)


class Objections(Records[Objection]):
    """
    The objections to cases handed down.
    """

    table, record = objections, Objection

    def to_cases(self, batch: str, numbers: Collection[str]) -> list[Objection]:
        """
        The objections to cases of a batch, locked.
        """
        query = self.query().where(
            objections.c.batch == batch, objections.c.number.in_(numbers)
        )
        return self.all(query.order_by(objections.c.id).with_for_update())

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[Objection]:
        """
        The objections these offices raised or are to decide.
        """
        query = self.query().where(
            or_(objections.c.office.in_(offices), objections.c.decider.in_(offices))
        )
        return self.page(query, request)
