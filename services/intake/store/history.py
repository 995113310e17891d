"""
The history of petitions, replies and cases: every correction and withdrawal.

Rows are added only. Reasons and values may be personal and are encrypted.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Index

from services.intake.domain.corrections.corrections import Correction
from services.intake.store.tables import metadata
from shared.records.sealed import SealedRecords
from shared.records.tables import table_of
from shared.storage.row_sets import as_rows, insert_rows
from shared.web.paging import Page, PageRequest

_SEALED = ("reason", "before", "after", "split_into")

corrections = table_of(
    Correction,
    "corrections",
    metadata,
    Index("ix_corrections_number", "number", "id"),
    Index("ix_corrections_import", "import_id", "position", "id"),
    sealed=_SEALED,
)
_ADD = insert_rows(corrections)


class History(SealedRecords[Correction]):
    """
    What was corrected and withdrawn.
    """

    table = corrections
    record = Correction
    sealed = _SEALED

    def add(self, *made: Correction) -> None:
        if made:
            self.session.execute(_ADD, as_rows(map(self.values, made)))

    def of(self, number: str) -> Sequence[Correction]:
        """
        What was done to a petition or case, in order; without what a dry run proposed.
        """
        query = self.query().where(
            corrections.c.number == number, ~corrections.c.proposed
        )
        return self.all(query.order_by(corrections.c.id))

    def of_import(self, number: str, request: PageRequest) -> Page[Correction]:
        """
        The rows of a ledger that corrected a case, or in a dry run would.
        """
        query = self.query().where(corrections.c.import_id == number)
        return self.page(query, request, corrections.c.position, corrections.c.id)
