"""
What an office owes from when to when, and what it did towards it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class DutyEvent(Event):
    """
    Something about the *duty* of that id and *kind*, the id of its rule.
    """

    programme: str
    duty: str
    kind: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class DutyOpened(DutyEvent):
    """
    An office owes something by *due_on*; overdue from the day after.

    *occurred_on* is the day the duty began. *backdated*: due before the programme was
    issued, so never overdue (A-03); likewise in the events below.
    """

    type: ClassVar[str] = "assignment.duty_opened"

    backdated: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyDischarged(DutyEvent):
    """The office did what it owed, on *occurred_on*."""

    type: ClassVar[str] = "assignment.duty_discharged"

    backdated: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyReleased(DutyEvent):
    """
    The office no longer owes it, or not for the time being, from *occurred_on*.

    *reason* is the name of the fact or act that released it: `case_merged`,
    `batch_withdrawn`, `duty_waived`. Who signed and why stands in the history.
    """

    type: ClassVar[str] = "assignment.duty_released"

    reason: str
    backdated: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyResumed(DutyEvent):
    """A discharged or released duty is owed again from *occurred_on*, old due day."""

    type: ClassVar[str] = "assignment.duty_resumed"

    backdated: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyMoved(DutyEvent):
    """The due day of a duty is *due_on* now and was *due_before*."""

    type: ClassVar[str] = "assignment.duty_moved"

    due_before: date
    backdated: bool = False
    backdated_before: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyOverdue(DutyEvent):
    """A duty was not done by its due day; dated back to the day after it."""

    type: ClassVar[str] = "assignment.duty_overdue"


@dataclass(frozen=True, kw_only=True)
class ActRecorded(Event):
    """
    An office did one of the programme's acts, on a case or for a *period* of its own.

    *nil*: it says expressly that there was nothing; *count* of what was done.
    """

    type: ClassVar[str] = "assignment.act_recorded"

    programme: str
    act: str
    post: str | None
    period: str | None
    nil: bool
    count: int | None


@dataclass(frozen=True, kw_only=True)
class ChecklistItemDone(Event):
    """One item of a list of duties was done for a case (JZ-13, JZ-14)."""

    type: ClassVar[str] = "assignment.checklist_item_done"

    programme: str
    list: str
    item: str


_DUTY: dict[str, Any] = {
    **COMMON,
    "duty": "清检控申〔2020〕007号/leader_named",
    "kind": "leader_named",
    "due_on": date(2020, 12, 15),
}
EXAMPLES: tuple[Event, ...] = (
    ChecklistItemDone(**COMMON, list="three_guarantees_one", item="take_case"),
    DutyOpened(**_DUTY),
    DutyDischarged(**_DUTY),
    DutyReleased(**_DUTY, reason="case_merged"),
    DutyResumed(**_DUTY),
    DutyMoved(**_DUTY, due_before=date(2020, 12, 10)),
    DutyOverdue(**_DUTY),
    ActRecorded(
        **COMMON,
        act="met_petitioner",
        post="检察长",
        period=None,
        nil=False,
        count=None,
    ),
)
