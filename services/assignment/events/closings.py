"""
How a case is reported closed, reviewed and counted, and how it flows back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event
from shared.vocabulary import Disposition


@dataclass(frozen=True, kw_only=True)
class ClosingSubmitted(Event):
    """
    The responsible office reported a case closed and asks for review, on that day.
    *documents*: the ids of those of the case that the closing stands on.
    """

    type: ClassVar[str] = "assignment.closing_submitted"

    programme: str
    kind: str
    closing: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClosingReturned(Event):
    """The reviewer sent a closing back; *occurred_on* is the day of the review."""

    type: ClassVar[str] = "assignment.closing_returned"

    programme: str
    kind: str
    closing: str


@dataclass(frozen=True, kw_only=True)
class ClosingConfirmed(Event):
    """
    The reviewer confirmed a closing; *occurred_on* is the day of the review.

    What the case counts as, and from which day, says the end announced with it.
    *documents*: the ids of those of the case that the closing stands on; *measures*: by
    which the matter was settled (化解措施).
    """

    type: ClassVar[str] = "assignment.closing_confirmed"

    programme: str
    kind: str
    closing: str
    documents: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseResolved(Event):
    """
    Really settled and confirmed by review on *confirmed_on*; *occurred_on* is the day
    it was concluded. *dispositions*: the heads of 三到位一处理 it is counted under;
    *led*: its leaders were named by then (I-25).
    *evaluated*: others looked into a report of this closing before.
    """

    type: ClassVar[str] = "assignment.case_resolved"

    programme: str
    in_scope: bool
    confirmed_on: date
    dispositions: tuple[str, ...] = ()
    led: bool = False
    evaluated: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseEnded(Event):
    """Lawfully ended and confirmed; not resolved (A-05)."""

    type: ClassVar[str] = "assignment.case_ended"

    programme: str
    in_scope: bool
    confirmed_on: date
    evaluated: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseConcluded(Event):
    """Closed by procedure only; never counted as resolved (PY-33)."""

    type: ClassVar[str] = "assignment.case_concluded"

    programme: str
    in_scope: bool
    confirmed_on: date
    evaluated: bool = False


@dataclass(frozen=True, kw_only=True)
class _CountedClosing(Event):
    """
    What became of a closing that counted: *was* is resolved, ended or concluded, with
    the days on which it was concluded and confirmed. *evaluated_on*: the day on which
    others looked into it, if that was after it had ended the case.
    """

    programme: str
    in_scope: bool
    was: str
    concluded_on: date
    confirmed_on: date
    dispositions: tuple[str, ...] = ()
    led: bool = False
    evaluated: bool = False
    evaluated_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ClosingWithdrawn(_CountedClosing):
    """A closed case was merged away: its closing no longer counts."""

    type: ClassVar[str] = "assignment.closing_withdrawn"


@dataclass(frozen=True, kw_only=True)
class ClosingRestored(_CountedClosing):
    """The merge of a closed case was undone: its closing counts again."""

    type: ClassVar[str] = "assignment.closing_restored"


@dataclass(frozen=True, kw_only=True)
class CaseReopened(_CountedClosing):
    """A closed case flowed back."""

    type: ClassVar[str] = "assignment.case_reopened"


@dataclass(frozen=True, kw_only=True)
class CaseFollowedUp(Event):
    """A closed case was followed up; *first* since it was closed (MX-31)."""

    type: ClassVar[str] = "assignment.case_followed_up"

    programme: str
    in_scope: bool
    way: str
    result: str
    first: bool


@dataclass(frozen=True, kw_only=True)
class ClosingEvaluated(Event):
    """
    A closing was looked into, with a verdict (JZ-52); *first* of its *kind* between two
    flow-backs of the case. *counted*: the closing counts, concluded and confirmed on
    those days; else it counts as evaluated when it is confirmed.
    """

    type: ClassVar[str] = "assignment.closing_evaluated"

    programme: str
    in_scope: bool
    closing: str
    kind: str
    verdict: str
    first: bool
    counted: bool = True
    concluded_on: date | None = None
    confirmed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class InquiryConcluded(Event):
    """Why a case flowed back; whether who handled it first failed (XQ-49)."""

    type: ClassVar[str] = "assignment.inquiry_concluded"

    programme: str
    cause_found: str
    first_handler_failed: bool


@dataclass(frozen=True, kw_only=True)
class CaseStruckOff(Event):
    """A case is off the list: neither open nor resolved; *post* approved it (XQ-14)."""

    type: ClassVar[str] = "assignment.case_struck_off"

    programme: str
    in_scope: bool
    post: str


@dataclass(frozen=True, kw_only=True)
class CaseArchived(Event):
    """
    The file of a closed case stands in the archive as a *volume* with so many
    *documents*; *post* put it there (S29).
    """

    type: ClassVar[str] = "assignment.case_archived"

    programme: str
    volume: str
    documents: int
    post: str


@dataclass(frozen=True, kw_only=True)
class CaseRestored(Event):
    """A case that was struck off is on the list again."""

    type: ClassVar[str] = "assignment.case_restored"

    programme: str
    in_scope: bool
    post: str


EXAMPLES: tuple[Event, ...] = (
    *(
        CaseFollowedUp(**COMMON, in_scope=True, way="phone", result=result, first=True)
        for result in ("content", "not_content", "unreached", "not_carried_out")
    ),
    *(
        ClosingEvaluated(
            **COMMON,
            in_scope=True,
            closing="c1",
            kind=kind,
            verdict=verdict,
            first=True,
            concluded_on=date(2020, 12, 28),
            confirmed_on=date(2020, 12, 30),
        )
        for kind, verdict in (("self_check", "sound"), ("evaluation", "flawed"))
    ),
    InquiryConcluded(**COMMON, cause_found="shirking", first_handler_failed=True),
    CaseStruckOff(**COMMON, in_scope=True, post="检察长"),
    CaseRestored(**COMMON, in_scope=True, post="检察长"),
    CaseArchived(**COMMON, volume="2021-12", documents=9, post="检察官"),
    ClosingSubmitted(**COMMON, kind="resolved", closing="c1"),
    ClosingReturned(**COMMON, kind="resolved", closing="c1"),
    ClosingConfirmed(**COMMON, kind="resolved", closing="c1"),
    CaseResolved(
        **COMMON,
        in_scope=True,
        confirmed_on=date(2020, 12, 30),
        dispositions=tuple(map(str, Disposition)),
        led=True,
    ),
    CaseEnded(**COMMON, in_scope=True, confirmed_on=date(2020, 12, 30)),
    CaseConcluded(**COMMON, in_scope=True, confirmed_on=date(2020, 12, 30)),
    *(
        undone(
            **COMMON,
            in_scope=True,
            was=was,
            concluded_on=date(2020, 11, 28),
            confirmed_on=date(2020, 12, 1),
            led=was == "resolved",
        )
        for undone in (ClosingWithdrawn, ClosingRestored, CaseReopened)
        for was in ("resolved", "ended", "concluded")
    ),
)
