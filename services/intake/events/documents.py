"""
What intake announces of documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from services.intake.events.common import COMMON
from shared.events import Event, FiledDocument, WithdrawnDocument


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(FiledDocument):
    """A document was filed with a petition or a case."""

    type: ClassVar[str] = "intake.document_filed"


@dataclass(frozen=True, kw_only=True)
class DocumentWithdrawn(WithdrawnDocument):
    """A document of a petition or a case was withdrawn."""

    type: ClassVar[str] = "intake.document_withdrawn"


EXAMPLES: tuple[Event, ...] = (
    DocumentFiled(
        **COMMON,
        programme="puyang-2020",
        document="d1",
        by_office="410922",
        kind="evidence",
        digest="0f" * 32,
        media_type="application/pdf",
        size=48_213,
        dated=date(2020, 11, 2),
    ),
    DocumentWithdrawn(
        **COMMON,
        programme="puyang-2020",
        document="d1",
        by_office="410922",
        kind="evidence",
        post="副检察长",
    ),
)
