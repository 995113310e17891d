"""
What hearing announces.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from shared.events import Event, FiledDocument, WithdrawnDocument, document_examples


@dataclass(frozen=True, kw_only=True)
class HearingDecided(Event):
    """
    Whether the case gets a hearing, decided with a reason (PY-28). *replaces*: the
    decision that it takes the place of, "" if there was none in force.
    """

    type: ClassVar[str] = "hearing.hearing_decided"

    programme: str
    in_scope: bool
    decision: str
    replaces: str


@dataclass(frozen=True, kw_only=True)
class HearingMoved(Event):
    """
    The case of a decision to hold a hearing moved from *from_office* to *office*, which
    is to hold it.
    """

    type: ClassVar[str] = "hearing.hearing_moved"

    programme: str
    in_scope: bool
    hearing: str
    from_office: str


@dataclass(frozen=True, kw_only=True)
class HearingScheduled(Event):
    """Everybody who takes part in a hearing was told, for *scheduled_on*."""

    type: ClassVar[str] = "hearing.hearing_scheduled"

    programme: str
    hearing: str
    scheduled_on: date


@dataclass(frozen=True, kw_only=True)
class HearingAdjourned(Event):
    """A hearing was put off to *scheduled_on*; everybody is told anew."""

    type: ClassVar[str] = "hearing.hearing_adjourned"

    programme: str
    hearing: str
    scheduled_on: date


@dataclass(frozen=True, kw_only=True)
class HearingCalledOff(Event):
    """A hearing that was decided on does not take place."""

    type: ClassVar[str] = "hearing.hearing_called_off"

    programme: str
    in_scope: bool
    hearing: str


@dataclass(frozen=True, kw_only=True)
class HearingHeld(Event):
    """
    A hearing took place. *leader_chaired*: a leader or the head of a department had the
    chair (DY-20). *topic*: what it was about, "" if the programme has no topics.
    *public*: it was open to the public (DY-22).
    """

    type: ClassVar[str] = "hearing.hearing_held"

    programme: str
    in_scope: bool
    hearing: str
    leader_chaired: bool
    topic: str
    public: bool


@dataclass(frozen=True, kw_only=True)
class OpinionAnswered(Event):
    """The office decided what it makes of the members' opinion: full, part, none."""

    type: ClassVar[str] = "hearing.opinion_answered"

    programme: str
    in_scope: bool
    hearing: str
    adoption: str


@dataclass(frozen=True, kw_only=True)
class HearingResulted(Event):
    """
    The result after a hearing, which was *public* or not; *settled* counts in the share
    settled (I-22).
    """

    type: ClassVar[str] = "hearing.hearing_resulted"

    programme: str
    in_scope: bool
    hearing: str
    settled: bool
    public: bool


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(FiledDocument):
    """A document was filed with a case."""

    type: ClassVar[str] = "hearing.document_filed"


@dataclass(frozen=True, kw_only=True)
class DocumentWithdrawn(WithdrawnDocument):
    """A document of a case was withdrawn."""

    type: ClassVar[str] = "hearing.document_withdrawn"


@dataclass(frozen=True, kw_only=True)
class HearingWatchOver(Event):
    """The watch after a hearing is over; *settled*: the matter stayed settled."""

    type: ClassVar[str] = "hearing.hearing_watch_over"

    programme: str
    in_scope: bool
    hearing: str
    settled: bool


_COMMON: dict[str, Any] = {
    "office": "410922",
    "case_number": "清检控申〔2020〕007号",
    "occurred_on": date(2021, 3, 18),
    "programme": "puyang-2020",
}
_ABOUT: dict[str, Any] = {**_COMMON, "hearing": "h1"}
_COUNTED: dict[str, Any] = {**_ABOUT, "in_scope": True}

EXAMPLES: tuple[Event, ...] = (
    HearingDecided(**_COMMON, in_scope=True, decision="hold", replaces="not_needed"),
    HearingMoved(**_COUNTED, from_office="410923"),
    HearingScheduled(**_ABOUT, scheduled_on=date(2021, 3, 25)),
    HearingAdjourned(**_ABOUT, scheduled_on=date(2021, 4, 1)),
    HearingCalledOff(**_COUNTED),
    HearingHeld(**_COUNTED, leader_chaired=True, topic="fraud", public=True),
    OpinionAnswered(**_COUNTED, adoption="full"),
    HearingResulted(**_COUNTED, settled=True, public=True),
    HearingWatchOver(**_COUNTED, settled=True),
    *document_examples(
        DocumentFiled, DocumentWithdrawn, kind="hearing_record", **_COMMON
    ),
)
