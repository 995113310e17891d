"""
What is filed with a case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event, FiledDocument, WithdrawnDocument


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(FiledDocument):
    """A document was filed with a case."""

    type: ClassVar[str] = "assignment.document_filed"


@dataclass(frozen=True, kw_only=True)
class DocumentWithdrawn(WithdrawnDocument):
    """A document of a case was withdrawn."""

    type: ClassVar[str] = "assignment.document_withdrawn"


EXAMPLES: tuple[Event, ...] = (
    DocumentFiled(
        **COMMON,
        document="d1",
        by_office="410922",
        kind="closing_report",
        digest="0f" * 32,
        media_type="application/pdf",
        size=48_213,
        dated=date(2020, 12, 8),
    ),
    DocumentWithdrawn(
        **COMMON,
        document="d1",
        by_office="410922",
        kind="closing_report",
        post="副检察长",
    ),
)
