"""
What aid stores: the mirrored cases, and every application with its outcome.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Column, ForeignKey, Index, select

from services.aid.domain.application import Application
from shared.case_mirror import CaseMirror, case_table
from shared.documents.store import document_openings_table, documents_table
from shared.records import table_of
from shared.sealed_records import SealedRecords
from shared.service_tables import service_tables
from shared.web.paging import Page, PageRequest

metadata, OUTBOX, TABLES = service_tables("aid")

cases = case_table(metadata)

documents = documents_table(metadata)
document_openings = document_openings_table(metadata)

_SEALED = ("id_last_four", "hardship", "reason")

applications = table_of(
    Application,
    "applications",
    metadata,
    Column("case_number", ForeignKey(cases.c.number), nullable=False),
    Index("ix_applications_case_number_person", "case_number", "person"),
    Index("ix_applications_office_id", "office", "id"),
    sealed=_SEALED,
)


class Cases(CaseMirror):
    """
    The cases aid may be given in.
    """

    table = cases


class Applications(SealedRecords[Application]):
    """
    The applications for aid; what describes the person is encrypted.
    """

    table = applications
    record = Application
    sealed = _SEALED

    def of_person(self, case_number: str, person: str) -> list[Application]:
        """
        The person's applications in the case and in those merged into it.
        """
        matter = select(cases.c.number).where(
            (cases.c.number == case_number) | (cases.c.merged_into == case_number)
        )
        return self.all(
            self.query().where(
                applications.c.case_number.in_(matter), applications.c.person == person
            )
        )

    def of_offices(
        self, offices: Collection[str], request: PageRequest, *, state: str | None
    ) -> Page[Application]:
        """
        The applications to *offices* in the order of their receipt.
        """
        query = self.query().where(applications.c.office.in_(offices))
        if state:
            query = query.where(applications.c.state == state)
        return self.page(query, request)
