"""
What is filed with a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event, FiledDocument, WithdrawnDocument, document_examples


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(FiledDocument):
    """A document was filed with a case."""

    type: ClassVar[str] = "assignment.document_filed"


@dataclass(frozen=True, kw_only=True)
class DocumentWithdrawn(WithdrawnDocument):
    """A document of a case was withdrawn."""

    type: ClassVar[str] = "assignment.document_withdrawn"


EXAMPLES: tuple[Event, ...] = document_examples(
    DocumentFiled, DocumentWithdrawn, kind="closing_report", **COMMON
)
