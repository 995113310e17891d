"""
What intake announces of petitions and the replies to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from services.intake.events.common import PETITION
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class PetitionRegistered(Event):
    """
    A petition was registered; *case_number* is the petition's number, *persons* how
    many petition together, *handler_post* the post that handles it.

    *passed*: another office forwarded it or handed it down. *part*: it was split from
    another petition and is no contact of its own (A-49). *group*: the law calls it a
    group visit.
    """

    type: ClassVar[str] = "intake.petition_registered"

    programme: str
    channel: str
    category: str
    case_kind: str
    first: bool
    origin: str | None = None
    topic: str | None = None
    registration_level: str | None = None
    persons: int = 1
    handler_post: str | None = None
    passed: bool = False
    part: bool = False
    group: bool = False


@dataclass(frozen=True, kw_only=True)
class PetitionCorrected(Event):
    """
    What was registered of a petition was wrong: all of it anew. *correction* counts
    those of the petition from 1; the highest holds. *channel_before*: by which channel
    it had been registered until then; so too *persons_before* and *group_before*.
    """

    type: ClassVar[str] = "intake.petition_corrected"

    programme: str
    correction: int
    received_on: date
    received_before: date
    channel: str
    category: str
    case_kind: str
    first: bool
    origin: str
    topic: str | None = None
    registration_level: str | None = None
    persons: int = 1
    handler_post: str | None = None
    part: bool = False
    channel_before: str = ""
    persons_before: int = 1
    group: bool = False
    group_before: bool = False


@dataclass(frozen=True, kw_only=True)
class _CountedPetition(Event):
    """
    What became of a petition that counted: it was *received_on* that day, and by a
    *channel*, and answered on the days *replied_on*, in the *reply_modes* of the same
    order.
    """

    programme: str
    received_on: date
    replied_on: tuple[date, ...] = ()
    reply_modes: tuple[str, ...] = ()
    reply_offices: tuple[str, ...] = ()
    part: bool = False
    channel: str = ""
    group: bool = False
    persons: int = 1


@dataclass(frozen=True, kw_only=True)
class PetitionWithdrawn(_CountedPetition):
    """A petition should never have been registered: nothing of it counts any more."""

    type: ClassVar[str] = "intake.petition_withdrawn"


@dataclass(frozen=True, kw_only=True)
class PetitionRestored(_CountedPetition):
    """A petition that had been withdrawn is one after all: all of it counts again."""

    type: ClassVar[str] = "intake.petition_restored"


@dataclass(frozen=True, kw_only=True)
class ReplyGiven(Event):
    """
    The office answered a petition (procedural, progress or result); *reply* is the id
    of the answer.
    """

    type: ClassVar[str] = "intake.reply_given"

    programme: str
    kind: str
    mode: str
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class ReplyWithdrawn(Event):
    """
    An answer was recorded wrongly; *given_by* is the office that it counted for. If it
    was corrected, the right one was announced before this as another answer.
    """

    type: ClassVar[str] = "intake.reply_withdrawn"

    programme: str
    reply: str
    replied_on: date
    mode: str = ""
    given_by: str = ""


_REPLY = "01933b40-0000-7000-8000-000000000001"


EXAMPLES: tuple[Event, ...] = (
    PetitionRegistered(
        **PETITION,
        programme="puyang-2020",
        channel="letter",
        category="claim",
        case_kind="complaint",
        first=True,
        persons=6,
        group=True,
    ),
    PetitionCorrected(
        **PETITION,
        programme="puyang-2020",
        correction=1,
        received_on=date(2020, 11, 19),
        received_before=date(2020, 11, 20),
        channel="visit",
        category="claim",
        case_kind="complaint",
        first=True,
        origin="own_screening",
    ),
    PetitionWithdrawn(
        **PETITION,
        programme="puyang-2020",
        received_on=date(2020, 11, 19),
        replied_on=(date(2020, 11, 20),),
        reply_modes=("phone",),
    ),
    PetitionRestored(
        **PETITION,
        programme="puyang-2020",
        received_on=date(2020, 11, 19),
        replied_on=(date(2020, 11, 20),),
        reply_modes=("phone",),
    ),
    ReplyGiven(
        **PETITION,
        programme="puyang-2020",
        kind="procedural",
        mode="phone",
        reply=_REPLY,
    ),
    ReplyWithdrawn(
        **PETITION,
        programme="puyang-2020",
        reply=_REPLY,
        replied_on=date(2020, 11, 20),
        mode="phone",
    ),
)
