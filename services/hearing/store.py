"""
What hearing stores: the mirrored cases, and every decision with its hearing.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Column, ForeignKey, Index

from services.hearing.domain.hearing import Hearing
from shared.case_mirror import CaseMirror, case_table
from shared.documents.store import document_openings_table, documents_table
from shared.records import Records, table_of
from shared.service_tables import service_tables
from shared.web.paging import Page, PageRequest

metadata, OUTBOX, TABLES = service_tables("hearing")

cases = case_table(metadata)

documents = documents_table(metadata)
document_openings = document_openings_table(metadata)

hearings = table_of(
    Hearing,
    "hearings",
    metadata,
    Column("case_number", ForeignKey(cases.c.number), nullable=False),
    Index("ix_hearings_case_number", "case_number"),
    Index("ix_hearings_office_id", "office", "id"),
)


class Cases(CaseMirror):
    """
    The cases hearings may be held on.
    """

    table = cases


class Hearings(Records[Hearing]):
    """
    The decisions on hearings, each with the hearing that followed.
    """

    table = hearings
    record = Hearing

    def of_case(self, number: str) -> list[Hearing]:
        return self.all(self.query().where(hearings.c.case_number == number))

    def of_offices(
        self, offices: Collection[str], request: PageRequest, *, state: str | None
    ) -> Page[Hearing]:
        """
        The hearings of *offices* in the order of their decisions.
        """
        query = self.query().where(hearings.c.office.in_(offices))
        if state:
            query = query.where(hearings.c.state == state)
        return self.page(query, request)
