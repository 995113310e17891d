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
class DutyChange:
    """
    One change of what *office* owes in a matter, *on* a day: the *duty* of that id and
    *kind*, the id of its rule, was

    - opened: it is owed by *due_on*, and overdue from the day after;
    - discharged: the office did what it owed;
    - released: the office no longer owes it, or not for the time being; *reason* is the
      name of the fact or act that released it, as `case_merged` or `duty_waived`. Who
      signed and why stands in the history;
    - resumed: it is owed again after that, with the old due day;
    - moved: it was due on *due_before* and is due on *due_on* now;
    - handed_over: since *on* it is owed by *office* and no longer by *from_office*,
      which owed it by *due_before*; *paused*: its days were not counted then;
    - handed_back: it was not handed over after all.

    *since*: when *office* took it over, None if it was opened there.
    *backdated*: due before the programme was issued, so never overdue (A-03).
    """

    what: str
    duty: str
    kind: str
    office: str
    on: date
    due_on: date
    backdated: bool = False
    reason: str | None = None
    due_before: date | None = None
    backdated_before: bool = False
    from_office: str | None = None
    since: date | None = None
    paused: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyStanding:
    """
    How a duty of an *office* counts in shares of what was done: as due on *due_on*,
    *done* if it was, and *in_time* if by then; it counted before as due on
    *due_before*. Without a day it does not count: it is released, paused or backdated.
    *report*: it is the report of a period; *answer*: the kind of the answer that was
    given in time.
    """

    duty: str
    kind: str
    office: str
    due_on: date | None = None
    in_time: bool = False
    answer: str = ""
    due_before: date | None = None
    in_time_before: bool = False
    done: bool = False
    done_before: bool = False
    report: bool = False
    answer_before: str = ""


@dataclass(frozen=True, kw_only=True)
class DutiesChanged(Event):
    """
    What one fact changed in what is owed in a matter, in the order of the *changes*,
    and the *standings* that are others after it.

    The office is that of the matter; a duty may be owed by another.
    """

    type: ClassVar[str] = "assignment.duties_changed"

    programme: str
    changes: tuple[DutyChange, ...]
    standings: tuple[DutyStanding, ...] = ()

    def payload(self) -> dict[str, Any]:
        """
        The fields of each change and standing that are not false or None; the others
        are left out.
        """
        return {
            "programme": self.programme,
            "changes": [_written(change) for change in self.changes],
            "standings": [_written(standing) for standing in self.standings],
        }


@dataclass(frozen=True, kw_only=True)
class OwedDuty:
    """
    A duty that is owed by *due_on*; *kind*: the id of its rule.
    """

    kind: str
    title: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class OwedToPetitionerChanged(Event):
    """
    All that is *owed* to the petitioner of a petition by a programme, after one fact
    has changed it, in the order of the due days. *kinds*: of which duties, owed, done
    or released, assignment knows here; of others it has not heard the cause yet.
    """

    type: ClassVar[str] = "assignment.owed_to_petitioner_changed"

    programme: str
    owed: tuple[OwedDuty, ...]
    kinds: tuple[str, ...]

    def payload(self) -> dict[str, Any]:
        """
        The fields, ready for JSON.
        """
        return {
            "programme": self.programme,
            "owed": [_written(duty) for duty in self.owed],
            "kinds": [*self.kinds],
        }


def _written(part: DutyChange | DutyStanding | OwedDuty) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in vars(part).items()
        if value
    }


@dataclass(frozen=True, kw_only=True)
class DutyOverdue(Event):
    """A duty was not done by its due day; dated back to the day after it."""

    type: ClassVar[str] = "assignment.duty_overdue"

    programme: str
    duty: str
    kind: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class StepMissed(Event):
    """
    A duty of registering, passing on or handing down was not done by its due day by the
    office *missed_by*; dated to the day after it.
    """

    type: ClassVar[str] = "assignment.step_missed"

    programme: str
    duty: str
    kind: str
    missed_by: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class ActRecorded(Event):
    """
    An office did one of the programme's acts, on a case or for a *period* of its own.

    *nil*: it says expressly that there was nothing; *kind* and *count* of what was
    done. For an act on a case: whether the case is *in_scope*, and whether the act is
    the *first* of its kind there.
    """

    type: ClassVar[str] = "assignment.act_recorded"

    programme: str
    act: str
    post: str | None
    period: str | None
    nil: bool
    count: int | None
    kind: str | None = None
    in_scope: bool | None = None
    first: bool = True


@dataclass(frozen=True, kw_only=True)
class OfficeEventTold(Event):
    """
    An office recorded what another is to know at once: *to_office* and *to_post* get a
    mail that says *title* and *about*, which holds kinds and counts and nothing of a
    person (JZ-38).
    """

    type: ClassVar[str] = "assignment.office_event_told"

    programme: str
    act: str
    title: str
    about: str
    to_office: str
    to_post: str | None
    urgent: bool = True
    paper: str | None = None


@dataclass(frozen=True, kw_only=True)
class ActWithdrawn(Event):
    """
    An act of a case was recorded wrongly and counts no more; *record* is its id.
    *last*: no such act of the case stands any more.
    """

    type: ClassVar[str] = "assignment.act_withdrawn"

    programme: str
    act: str
    record: str
    post: str
    kind: str | None = None
    count: int | None = None
    in_scope: bool | None = None
    last: bool = False


@dataclass(frozen=True, kw_only=True)
class ChecklistItemDone(Event):
    """One item of a list of duties was done for a case (JZ-13, JZ-14)."""

    type: ClassVar[str] = "assignment.checklist_item_done"

    programme: str
    list: str
    item: str


_DUTY: dict[str, Any] = {
    "duty": "清检控申〔2020〕007号/leader_named",
    "kind": "leader_named",
    "due_on": date(2020, 12, 15),
}
_CHANGE: dict[str, Any] = {
    **_DUTY,
    "office": COMMON["office"],
    "on": COMMON["occurred_on"],
}
EXAMPLES: tuple[Event, ...] = (
    ChecklistItemDone(**COMMON, list="three_guarantees_one", item="take_case"),
    DutiesChanged(
        **COMMON,
        changes=(
            DutyChange(what="opened", **_CHANGE),
            DutyChange(what="discharged", **_CHANGE),
        ),
        standings=(
            DutyStanding(**_DUTY, office=COMMON["office"], done=True, in_time=True),
        ),
    ),
    DutiesChanged(
        **COMMON,
        changes=(
            DutyChange(what="released", reason="case_merged", **_CHANGE),
            DutyChange(what="resumed", **_CHANGE),
            DutyChange(what="moved", due_before=date(2020, 12, 10), **_CHANGE),
        ),
    ),
    DutiesChanged(
        **COMMON,
        changes=tuple(
            DutyChange(
                what=what,
                due_before=date(2020, 12, 10),
                from_office="410923",
                since=COMMON["occurred_on"],
                paused=what == "handed_back",
                **_CHANGE,
            )
            for what in ("handed_over", "handed_back")
        ),
    ),
    OwedToPetitionerChanged(
        **COMMON,
        owed=(
            OwedDuty(
                kind="three_month_answer",
                title="三个月内答复",
                due_on=date(2021, 3, 8),
            ),
        ),
        kinds=("procedural_reply", "three_month_answer"),
    ),
    DutyOverdue(**COMMON, **_DUTY),
    StepMissed(**COMMON, **_DUTY, missed_by=COMMON["office"]),
    OfficeEventTold(
        **COMMON,
        act="event_reported",
        title="重要情况随时报",
        about="集体访，6人",
        to_office="410900",
        to_post=None,
    ),
    ActWithdrawn(**COMMON, act="met_petitioner", record="a1", post="检察长"),
    ActRecorded(
        **COMMON,
        act="met_petitioner",
        post="检察长",
        period=None,
        nil=False,
        count=None,
    ),
)
