"""
A document as it is recorded, and what is announced of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shared.vocabulary import ScanState


@dataclass(frozen=True, kw_only=True)
class Document:
    """
    A file filed with the matter *number* by *office*: on *dated* it was made, on
    *filed_on* it came in. *digest* is the SHA-256 of its content.

    *made_here*: it is a paper that the system made. One that is withdrawn stays, and is
    evidence of nothing from *withdrawn_on*: *withdrawn_post* approved it.
    """

    id: str
    number: str
    office: str
    kind: str
    title: str
    filename: str
    media_type: str
    size: int
    digest: str
    scan: ScanState
    dated: date
    filed_on: date
    filed_by: str
    made_here: bool = False
    withdrawn_on: date | None = None
    withdrawn_by: str | None = None
    withdrawn_post: str | None = None
    withdrawn_because: str | None = None


@dataclass(frozen=True, kw_only=True)
class DocumentOpening:
    """
    The content of a document was read: by whom, when, and what for.
    """

    id: str
    document: str
    number: str
    office: str
    actor: str
    purpose: str
    opened_on: date
    opened_at: datetime
