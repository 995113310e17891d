"""
What aid announces. A person is a keyed hash: countable, not nameable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from shared.events import Event, FiledDocument, WithdrawnDocument, document_examples


@dataclass(frozen=True, kw_only=True)
class AidOpened(Event):
    """Aid was applied for, or taken up on the office's own motion (DY-24)."""

    type: ClassVar[str] = "aid.aid_opened"

    programme: str
    in_scope: bool
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
class AidFundsReceived(Event):
    """The finance office appropriated what was granted (TL-36)."""

    type: ClassVar[str] = "aid.aid_funds_received"

    programme: str
    aid: str


@dataclass(frozen=True, kw_only=True)
class AidTold(Event):
    """The person was told to collect the aid (TL-36)."""

    type: ClassVar[str] = "aid.aid_told"

    programme: str
    aid: str
    mode: str


@dataclass(frozen=True, kw_only=True)
class AidRefusalTold(Event):
    """The person was told that aid is refused, and why."""

    type: ClassVar[str] = "aid.aid_refusal_told"

    programme: str
    aid: str
    mode: str


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


@dataclass(frozen=True, kw_only=True)
class DocumentWithdrawn(WithdrawnDocument):
    """A document of a case was withdrawn."""

    type: ClassVar[str] = "aid.document_withdrawn"


@dataclass(frozen=True, kw_only=True)
class AidTakenBack(Event):
    """A counter-entry took a payment back; *amount* in fen, *person* a keyed hash."""

    type: ClassVar[str] = "aid.aid_taken_back"

    programme: str
    in_scope: bool
    aid: str
    amount: int
    person: str


@dataclass(frozen=True, kw_only=True)
class SocialAidReferred(Event):
    """A person in need was referred to an organ of social aid (MX-32)."""

    type: ClassVar[str] = "aid.social_aid_referred"

    programme: str
    in_scope: bool
    referral: str


@dataclass(frozen=True, kw_only=True)
class SocialAidAnswered(Event):
    """The organ of social aid answered (MX-32)."""

    type: ClassVar[str] = "aid.social_aid_answered"

    programme: str
    in_scope: bool
    referral: str
    outcome: str


_COMMON: dict[str, Any] = {
    "office": "410922",
    "case_number": "清检控申〔2020〕007号",
    "occurred_on": date(2021, 4, 2),
    "programme": "puyang-2020",
}
_AID = {**_COMMON, "aid": "a1"}
_MONEY = {**_AID, "in_scope": True, "amount": 1_200_000, "person": "0f" * 16}
_SOCIAL = {**_COMMON, "in_scope": True, "referral": "r1"}

EXAMPLES: tuple[Event, ...] = (
    AidOpened(**_AID, in_scope=True, origin="own_motion"),
    AidGranted(**_AID, amount=1_200_000),
    AidRefused(**_AID),
    AidFundsReceived(**_AID),
    AidTold(**_AID, mode="phone"),
    AidRefusalTold(**_AID, mode="in_person"),
    AidPaid(**_MONEY),
    AidTakenBack(**_MONEY),
    SocialAidReferred(**_SOCIAL),
    SocialAidAnswered(**_SOCIAL, outcome="helped"),
    *document_examples(DocumentFiled, DocumentWithdrawn, kind="aid_record", **_COMMON),
)
