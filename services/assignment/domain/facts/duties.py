"""
Facts about time: periods, occurrences, and signed records about a duty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assignment.domain.facts.base import Beginning, Fact


@dataclass(frozen=True, kw_only=True)
class PeriodBegun(Beginning, name="matter.period_begun", title="本期开始"):
    """
    The matter of a report or a milestone begins: its period runs *until* a day.
    """

    schedule: str
    period: str
    until: date
    department: str | None = None


@dataclass(frozen=True, kw_only=True)
class OfficeActsBegun(
    Beginning, name="matter.office_acts_begun", title="本单位事项开始"
):
    """The matter begins in which an office records what it does of its own."""


@dataclass(frozen=True, kw_only=True)
class OccurrenceBegun(Fact, name="matter.occurrence_begun", title="新一次职责开始"):
    """
    A recurring duty of *rule* is owed once more; *occurrence* counts from 0, and *of*
    is the value of the rule's `per`. The rule is one of the matter's own programme
    unless of a *further* one.
    """

    rule: str
    of: str | None
    occurrence: int
    further: str = ""


@dataclass(frozen=True, kw_only=True)
class StepMissed(Fact, name="matter.step_missed", title="未按规定登记、转送、交办"):
    """
    A *duty* of registering, passing on or handing down was not done by *due_on*;
    *missed_by*: the office that owed it (MX-21, MX-39).
    """

    duty: str
    kind: str
    missed_by: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class SignedRecord(Fact):
    """
    A record that changes the days of one *duty*; *record* is its own identity.
    """

    record: str
    duty: str
    by_office: str
    by_post: str
    reason: str
    due_before: date
    days: int | None = None
    until: date | None = None
    told_petitioner_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class DutyExtended(SignedRecord, name="matter.duty_extended", title="延期"):
    """More *days* were granted on top of the due day (A-38)."""


@dataclass(frozen=True, kw_only=True)
class DutyPaused(SignedRecord, name="matter.duty_paused", title="中止计算"):
    """The days of the duty are not counted from this day on (A-37)."""


@dataclass(frozen=True, kw_only=True)
class DutyUnpaused(SignedRecord, name="matter.duty_unpaused", title="恢复计算"):
    """The days of the duty are counted again."""


@dataclass(frozen=True, kw_only=True)
class DutyOverridden(SignedRecord, name="matter.duty_overridden", title="另定期限"):
    """The duty is due on another day, *until* (JZ-22)."""


@dataclass(frozen=True, kw_only=True)
class DutyWaived(SignedRecord, name="matter.duty_waived", title="解除职责"):
    """The duty need not be done."""


ADJUSTMENTS = {
    "extended": "延期",
    "paused": "中止计算",
    "unpaused": "恢复计算",
    "overridden": "另定期限",
    "waived": "解除职责",
}
"""
The kinds of signed records about a duty, in the words of an office.
"""
