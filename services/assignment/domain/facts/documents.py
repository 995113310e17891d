"""
Facts about the documents that are filed with a matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from services.assignment.domain.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(Fact):
    """
    A document was filed by *by_office*; *dated* is its own day, *digest* the SHA-256 of
    its content.
    """

    document: str
    by_office: str
    kind: str
    digest: str
    media_type: str
    size: int
    dated: date


@dataclass(frozen=True, kw_only=True)
class CaseDocumentFiled(DocumentFiled, name="matter.document_filed", title="收存材料"):
    """It was filed with the case here."""


@dataclass(frozen=True, kw_only=True)
class DocumentWithdrawn(Fact):
    """
    A document was withdrawn by *by_office*, whose *post* approved it: it is evidence of
    nothing any more.
    """

    document: str
    by_office: str
    kind: str
    post: str


@dataclass(frozen=True, kw_only=True)
class CaseDocumentWithdrawn(
    DocumentWithdrawn, name="matter.document_withdrawn", title="撤回材料"
):
    """It was filed with the case here."""


def filed_documents(facts: Collection[Fact]) -> frozenset[str]:
    """
    The ids of the documents that were filed with a matter, wherever that was, without
    those withdrawn.
    """
    ids = frozenset(f.document for f in facts if isinstance(f, DocumentFiled))
    return ids - withdrawn_documents(facts)


def withdrawn_documents(facts: Iterable[Fact]) -> frozenset[str]:
    """
    The ids of the documents of a matter that were withdrawn.
    """
    return frozenset(f.document for f in facts if isinstance(f, DocumentWithdrawn))
