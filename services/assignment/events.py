"""
What assignment announces: batches, leaders, duties, closings and their ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class BatchHandedDown(Event):
    """Cases were handed down under a letter; *case_number* is the letter number."""

    type: ClassVar[str] = "assignment.batch_handed_down"

    programme: str
    source: str
    cases: int


@dataclass(frozen=True, kw_only=True)
class BatchReceived(Event):
    """A responsible office confirmed that it received a batch."""

    type: ClassVar[str] = "assignment.batch_received"

    programme: str


@dataclass(frozen=True, kw_only=True)
class LeaderNamed(Event):
    """The leaders and the department that the programme asks for are all named."""

    type: ClassVar[str] = "assignment.leader_named"

    programme: str
    in_scope: bool


@dataclass(frozen=True, kw_only=True)
class LeaderReleased(Event):
    """The case no longer counts as led, because it was merged away."""

    type: ClassVar[str] = "assignment.leader_released"

    programme: str
    in_scope: bool


@dataclass(frozen=True, kw_only=True)
class FilingAccepted(Event):
    """An office's list was filed: every case had its leader and department."""

    type: ClassVar[str] = "assignment.filing_accepted"

    programme: str
    cases: int


@dataclass(frozen=True, kw_only=True)
class DutyOpened(Event):
    """
    An office owes something by *due_on*; overdue from the day after.

    *occurred_on* is the day the duty began.
    """

    type: ClassVar[str] = "assignment.duty_opened"

    programme: str
    duty: str
    kind: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class DutyDischarged(Event):
    """The office did what it owed, on *occurred_on*."""

    type: ClassVar[str] = "assignment.duty_discharged"

    programme: str
    duty: str
    kind: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class DutyReleased(Event):
    """The office no longer owes it, from *occurred_on*, for *reason*."""

    type: ClassVar[str] = "assignment.duty_released"

    programme: str
    duty: str
    kind: str
    due_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class DutyResumed(Event):
    """A discharged or released duty is owed again from *occurred_on*, old due day."""

    type: ClassVar[str] = "assignment.duty_resumed"

    programme: str
    duty: str
    kind: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class DutyMoved(Event):
    """The due day of a duty is *due_on* now and was *due_before*."""

    type: ClassVar[str] = "assignment.duty_moved"

    programme: str
    duty: str
    kind: str
    due_on: date
    due_before: date


@dataclass(frozen=True, kw_only=True)
class DutyOverdue(Event):
    """A duty was not done by its due day; dated back to the day after it."""

    type: ClassVar[str] = "assignment.duty_overdue"

    programme: str
    duty: str
    kind: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class ClosingSubmitted(Event):
    """The responsible office reported a case closed and asks for review."""

    type: ClassVar[str] = "assignment.closing_submitted"

    programme: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class ClosingReturned(Event):
    """The reviewer sent a closing back."""

    type: ClassVar[str] = "assignment.closing_returned"

    programme: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class CaseResolved(Event):
    """Really settled and confirmed by review; *occurred_on* is the day concluded."""

    type: ClassVar[str] = "assignment.case_resolved"

    programme: str
    in_scope: bool


@dataclass(frozen=True, kw_only=True)
class CaseEnded(Event):
    """Lawfully ended and confirmed; not resolved (A-05)."""

    type: ClassVar[str] = "assignment.case_ended"

    programme: str
    in_scope: bool


@dataclass(frozen=True, kw_only=True)
class CaseConcluded(Event):
    """Closed by procedure only; never counted as resolved (PY-33)."""

    type: ClassVar[str] = "assignment.case_concluded"

    programme: str
    in_scope: bool


@dataclass(frozen=True, kw_only=True)
class ClosingWithdrawn(Event):
    """A closed case was merged away: its closing (*was*) no longer counts."""

    type: ClassVar[str] = "assignment.closing_withdrawn"

    programme: str
    in_scope: bool
    was: str


@dataclass(frozen=True, kw_only=True)
class ClosingRestored(Event):
    """The merge of a closed case was undone: its closing (*was*) counts again."""

    type: ClassVar[str] = "assignment.closing_restored"

    programme: str
    in_scope: bool
    was: str


@dataclass(frozen=True, kw_only=True)
class CaseReopened(Event):
    """A closed case flowed back; *was*: resolved, ended or concluded."""

    type: ClassVar[str] = "assignment.case_reopened"

    programme: str
    in_scope: bool
    was: str


_COMMON: dict[str, Any] = {
    "office": "410922",
    "case_number": "清检控申〔2020〕007号",
    "occurred_on": date(2020, 12, 8),
    "programme": "puyang-2020",
}
_DUTY: dict[str, Any] = {
    **_COMMON,
    "duty": "清检控申〔2020〕007号/leader_named",
    "kind": "leader_named",
    "due_on": date(2020, 12, 15),
}

EXAMPLES: tuple[Event, ...] = (
    BatchHandedDown(**_COMMON, source="省院交办", cases=12),
    BatchReceived(**_COMMON),
    LeaderNamed(**_COMMON, in_scope=True),
    LeaderReleased(**_COMMON, in_scope=True),
    FilingAccepted(**_COMMON, cases=31),
    DutyOpened(**_DUTY),
    DutyDischarged(**_DUTY),
    DutyReleased(**_DUTY, reason="merged"),
    DutyResumed(**_DUTY),
    DutyMoved(**_DUTY, due_before=date(2020, 12, 10)),
    DutyOverdue(**_DUTY),
    ClosingSubmitted(**_COMMON, kind="resolved"),
    ClosingReturned(**_COMMON, kind="resolved"),
    CaseResolved(**_COMMON, in_scope=True),
    CaseEnded(**_COMMON, in_scope=True),
    CaseConcluded(**_COMMON, in_scope=True),
    ClosingWithdrawn(**_COMMON, in_scope=True, was="resolved"),
    ClosingRestored(**_COMMON, in_scope=True, was="resolved"),
    *(
        CaseReopened(**_COMMON, in_scope=True, was=was)
        for was in ("resolved", "ended", "concluded")
    ),
)
