"""
What aid announces. A person is a keyed hash: countable, not nameable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from shared.events import Event, FiledDocument


@dataclass(frozen=True, kw_only=True)
class AidOpened(Event):
    """Aid was applied for, or taken up on the office's own motion (DY-24)."""

    type: ClassVar[str] = "aid.aid_opened"

    programme: str
    aid: str
    origin: str


@dataclass(frozen=True, kw_only=True)
class AidGranted(Event):
    """Aid was granted; *amount* in fen."""

    type: ClassVar[str] = "aid.aid_granted"

    programme: str
    aid: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class AidRefused(Event):
    """Aid was refused; the reasons are not in the event."""

    type: ClassVar[str] = "aid.aid_refused"

    programme: str
    aid: str


@dataclass(frozen=True, kw_only=True)
class AidPaid(Event):
    """Aid was paid once; *amount* in fen, *person* a keyed hash."""

    type: ClassVar[str] = "aid.aid_paid"

    programme: str
    in_scope: bool
    aid: str
    amount: int
    person: str


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(FiledDocument):
    """A document was filed with a case."""

    type: ClassVar[str] = "aid.document_filed"


_COMMON: dict[str, Any] = {
    "office": "410922",
    "case_number": "清检控申〔2020〕007号",
    "occurred_on": date(2021, 4, 2),
    "programme": "puyang-2020",
}
_AID = {**_COMMON, "aid": "a1"}

EXAMPLES: tuple[Event, ...] = (
    AidOpened(**_AID, origin="on_application"),
    AidGranted(**_AID, amount=1_200_000),
    AidRefused(**_AID),
    AidPaid(**_AID, in_scope=True, amount=1_200_000, person="0f" * 16),
    DocumentFiled(
        **_COMMON,
        document="d1",
        by_office="410922",
        kind="aid_record",
        digest="0f" * 32,
        media_type="application/pdf",
        size=48_213,
        dated=date(2021, 4, 2),
    ),
)
