"""
Facts about the documents that are filed with a matter.
"""

from __future__ import annotations

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
