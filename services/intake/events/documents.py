"""
What intake announces of documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.intake.events.common import COMMON
from shared.events import Event, FiledDocument, WithdrawnDocument, document_examples


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(FiledDocument):
    """A document was filed with a petition or a case."""

    type: ClassVar[str] = "intake.document_filed"


@dataclass(frozen=True, kw_only=True)
class DocumentWithdrawn(WithdrawnDocument):
    """A document of a petition or a case was withdrawn."""

    type: ClassVar[str] = "intake.document_withdrawn"


EXAMPLES: tuple[Event, ...] = document_examples(
    DocumentFiled, DocumentWithdrawn, kind="evidence", programme="puyang-2020", **COMMON
)
