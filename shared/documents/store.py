"""
The tables of documents, the same in every service that takes them.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, Index, MetaData, Table, select

from shared.documents.document import Document, DocumentOpening
from shared.records.openings import ReadLog, openings_table
from shared.records.sealed import SealedRecords
from shared.records.tables import table_of
from shared.storage.encryption import FieldCipher, document_cipher
from shared.storage.name_locks import lock_name
from shared.web.paging import Page, PageRequest

_NAMES = ("title", "filename", "withdrawn_because")


def documents_table(metadata: MetaData) -> Table:
    """
    The documents of a service; what names them may name people and is sealed.
    """
    return table_of(
        Document,
        "documents",
        metadata,
        Index("ix_documents_number", "number", "id"),
        Index("ix_documents_digest", "digest"),
        sealed=_NAMES,
    )


def document_openings_table(metadata: MetaData) -> Table:
    """
    The read log of a service's documents.
    """
    return openings_table(metadata, "document_openings", DocumentOpening)


class Documents(SealedRecords[Document]):
    """
    The documents in a service's *table*.
    """

    record = Document
    sealed = _NAMES

    def __init__(self, session: Connection, table: Table) -> None:
        super().__init__(session)
        self.table = table

    @property
    def cipher(self) -> FieldCipher:
        return document_cipher()

    def page_of(self, number: str, request: PageRequest) -> Page[Document]:
        """
        The documents of a matter in the order in which they came in.
        """
        return self.page(self.query().where(self.table.c.number == number), request)

    def of_matter(self, number: str) -> list[Document]:
        query = self.query().where(self.table.c.number == number)
        return self.all(query.order_by(self.table.c.id))

    def same_file(self, number: str, kind: str, digest: str) -> Document | None:
        """
        The first document of a matter and kind that is this file and stands; who asks
        for the same file meanwhile waits for the end of this transaction.
        """
        table = self.table
        # Taken before the search, so that whoever waited finds what the other one
        # filed.
        lock_name(self.session, f"documents/{number}/{kind}/{digest}")
        query = self.query().where(
            table.c.number == number,
            table.c.digest == digest,
            table.c.kind == kind,
            table.c.withdrawn_on.is_(None),
        )
        documents = self.all(query.order_by(table.c.id).limit(1))
        return documents[0] if documents else None

    def numbers_with(self, numbers: Collection[str], digest: str) -> frozenset[str]:
        """
        Those of the matters *numbers* with which this file is filed and stands.
        """
        table = self.table
        query = select(table.c.number).where(
            table.c.digest == digest,
            table.c.number.in_(numbers),
            table.c.withdrawn_on.is_(None),
        )
        return frozenset(self.session.execute(query).scalars())

    def not_withdrawn(self, number: str, ids: Collection[str]) -> frozenset[str]:
        """
        Those of *ids* that are documents of the matter and were not withdrawn.
        """
        table = self.table
        query = select(table.c.id).where(
            table.c.number == number,
            table.c.id.in_(ids),
            table.c.withdrawn_on.is_(None),
        )
        return frozenset(self.session.execute(query).scalars())


class DocumentOpenings(ReadLog[DocumentOpening]):
    """
    The read log of a service's documents.
    """

    record = DocumentOpening

    @property
    def cipher(self) -> FieldCipher:
        return document_cipher()
