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

    *occurred_on* is the day the duty began. *backdated*: due before the programme was
    issued, so never overdue (A-03); likewise in the events below.
    """

    type: ClassVar[str] = "assignment.duty_opened"

    programme: str
    duty: str
    kind: str
    due_on: date
    backdated: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyDischarged(Event):
    """The office did what it owed, on *occurred_on*."""

    type: ClassVar[str] = "assignment.duty_discharged"

    programme: str
    duty: str
    kind: str
    due_on: date
    backdated: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyReleased(Event):
    """
    The office no longer owes it, or not for the time being, from *occurred_on*.

    *reason* is the name of the fact or act that released it: `case_merged`,
    `batch_recalled`, `duty_waived`. Who signed and why stands in the history.
    """

    type: ClassVar[str] = "assignment.duty_released"

    programme: str
    duty: str
    kind: str
    due_on: date
    reason: str
    backdated: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyResumed(Event):
    """A discharged or released duty is owed again from *occurred_on*, old due day."""

    type: ClassVar[str] = "assignment.duty_resumed"

    programme: str
    duty: str
    kind: str
    due_on: date
    backdated: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyMoved(Event):
    """The due day of a duty is *due_on* now and was *due_before*."""

    type: ClassVar[str] = "assignment.duty_moved"

    programme: str
    duty: str
    kind: str
    due_on: date
    due_before: date
    backdated: bool = False
    backdated_before: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyOverdue(Event):
    """A duty was not done by its due day; dated back to the day after it."""

    type: ClassVar[str] = "assignment.duty_overdue"

    programme: str
    duty: str
    kind: str
    due_on: date


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
class ClosingSubmitted(Event):
    """
    The responsible office reported a case closed and asks for review, on that day.
    """

    type: ClassVar[str] = "assignment.closing_submitted"

    programme: str
    kind: str
    closing: str


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
    """

    type: ClassVar[str] = "assignment.closing_confirmed"

    programme: str
    kind: str
    closing: str


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


@dataclass(frozen=True, kw_only=True)
class SupervisionCrossed(Event):
    """
    An office came to a step of the ladder; dated to the day it became true.

    *crossing* is its identity, *about* what is late; *to_office* and *to_post* whom
    it is told.
    """

    type: ClassVar[str] = "assignment.supervision_crossed"

    programme: str
    crossing: str
    step: str
    kind: str
    title: str
    about: str
    duty: str | None
    to_office: str
    to_post: str | None
    urgent: bool


@dataclass(frozen=True, kw_only=True)
class SupervisionIssued(Event):
    """A supervision notice (督办函), to be answered by *reply_by*."""

    type: ClassVar[str] = "assignment.supervision_issued"

    programme: str
    step: str
    kind: str
    notice: str
    duty: str | None
    to_office: str
    reply_by: date


@dataclass(frozen=True, kw_only=True)
class SupervisionAnswered(Event):
    """The office answered a notice; *progress*: it says there is some."""

    type: ClassVar[str] = "assignment.supervision_answered"

    programme: str
    notice: str
    progress: bool


@dataclass(frozen=True, kw_only=True)
class SupervisionReturned(Event):
    """The answer to a notice was sent back: it is owed again."""

    type: ClassVar[str] = "assignment.supervision_returned"

    programme: str
    notice: str


@dataclass(frozen=True, kw_only=True)
class SupervisionEnded(Event):
    """What a notice was about is done: no answer is owed any more."""

    type: ClassVar[str] = "assignment.supervision_ended"

    programme: str
    notice: str


@dataclass(frozen=True, kw_only=True)
class InterviewDecided(Event):
    """A person decided about a candidate for interview: held or not_needed."""

    type: ClassVar[str] = "assignment.interview_decided"

    programme: str
    candidate: str
    decision: str


@dataclass(frozen=True, kw_only=True)
class LeadersConfirmed(Event):
    """
    Somebody said who leads: *leaders* are (office, post), the first of each office
    its main leader (A-31).
    """

    type: ClassVar[str] = "assignment.leaders_confirmed"

    programme: str
    leaders: tuple[tuple[str, str], ...]
    department: str | None
    team: str | None


@dataclass(frozen=True, kw_only=True)
class LeaderRecused(Event):
    """A post must not lead the case, or may again when *lifted*."""

    type: ClassVar[str] = "assignment.leader_recused"

    programme: str
    leader_office: str
    post: str
    lifted: bool


@dataclass(frozen=True, kw_only=True)
class CaseAppraised(Event):
    """
    A person judged what bears on who must lead; what was not judged is None.
    """

    type: ClassVar[str] = "assignment.case_appraised"

    programme: str
    in_scope: bool
    difficulty: str | None
    first_petition: bool | None
    cross_separate: bool | None
    long_span: bool | None
    many_people: bool | None
    policy_heavy: bool | None
    sensitive: bool | None


@dataclass(frozen=True, kw_only=True)
class UnitsAgreed(Event):
    """The units of a case, (office, role), one of them the lead (XQ-32)."""

    type: ClassVar[str] = "assignment.units_agreed"

    programme: str
    units: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class CoordinationRequested(Event):
    """The units disagree; the lead unit asks the conference *to* decide (XQ-33)."""

    type: ClassVar[str] = "assignment.coordination_requested"

    programme: str
    request: str
    to: str


@dataclass(frozen=True, kw_only=True)
class CoordinationDecided(Event):
    """The conference said which unit leads."""

    type: ClassVar[str] = "assignment.coordination_decided"

    programme: str
    request: str
    lead: str


@dataclass(frozen=True, kw_only=True)
class MatrixItemDone(Event):
    """One item of a list of duties was done for a case (JZ-13, JZ-14)."""

    type: ClassVar[str] = "assignment.matrix_item_done"

    programme: str
    list: str
    item: str


@dataclass(frozen=True, kw_only=True)
class LeaderRostered(Event):
    """A post is to receive people on *day*; *case_number* is programme/office."""

    type: ClassVar[str] = "assignment.leader_rostered"

    programme: str
    roster: str
    day: date
    post: str


@dataclass(frozen=True, kw_only=True)
class ReceptionLogged(Event):
    """
    A leader received *receptions* times, *entered* of them entered in the register;
    *case_number* is programme/office.
    """

    type: ClassVar[str] = "assignment.reception_logged"

    programme: str
    roster: str
    post: str
    receptions: int
    entered: int


@dataclass(frozen=True, kw_only=True)
class ObjectionRaised(Event):
    """An office says that a case handed to it is not its own (TL-04)."""

    type: ClassVar[str] = "assignment.objection_raised"

    programme: str
    batch: str


@dataclass(frozen=True, kw_only=True)
class ObjectionDisputed(Event):
    """The office does not accept the refusal and asks the conference."""

    type: ClassVar[str] = "assignment.objection_disputed"

    programme: str
    batch: str


@dataclass(frozen=True, kw_only=True)
class ObjectionDecided(Event):
    """
    An objection was decided: `returned`, and the case has left the batch, or `refused`.
    """

    type: ClassVar[str] = "assignment.objection_decided"

    programme: str
    batch: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class BatchRecalled(Event):
    """The hander took a case back out of a batch."""

    type: ClassVar[str] = "assignment.batch_recalled"

    programme: str
    batch: str


@dataclass(frozen=True, kw_only=True)
class BaselineFrozen(Event):
    """
    The list of cases that a rate is measured against was fixed; *case_number* is
    programme/baseline.
    """

    type: ClassVar[str] = "assignment.baseline_frozen"

    programme: str
    baseline: str
    cases: int


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

_NOTICE: dict[str, Any] = {"notice": "5d0e3f1c-2f0b-5f66-9e0f-3b1f1c2d7a10"}

EXAMPLES: tuple[Event, ...] = (
    BatchHandedDown(**_COMMON, source="省院交办", cases=12),
    BatchReceived(**_COMMON),
    LeadersConfirmed(
        **_COMMON,
        leaders=(("410900", "副检察长"), ("410922", "检察长")),
        department="第五检察部",
        team="清丰县院积案化解专班",
    ),
    LeaderRecused(**_COMMON, leader_office="410922", post="副检察长", lifted=False),
    CaseAppraised(
        **_COMMON,
        in_scope=True,
        difficulty="bone",
        first_petition=None,
        cross_separate=True,
        long_span=True,
        many_people=None,
        policy_heavy=None,
        sensitive=False,
    ),
    UnitsAgreed(**_COMMON, units=(("410922", "lead"), ("410923", "co_handling"))),
    CoordinationRequested(**_COMMON, request="0192-1", to="410900"),
    CoordinationDecided(**_COMMON, request="0192-1", lead="410923"),
    MatrixItemDone(**_COMMON, list="three_guarantees_one", item="take_case"),
    LeaderRostered(
        **_COMMON, roster="reception", day=date(2020, 12, 9), post="副检察长"
    ),
    ReceptionLogged(
        **_COMMON, roster="reception", post="副检察长", receptions=4, entered=3
    ),
    ObjectionRaised(**_COMMON, batch="0192-2"),
    ObjectionDisputed(**_COMMON, batch="0192-2"),
    ObjectionDecided(**_COMMON, batch="0192-2", verdict="returned"),
    BatchRecalled(**_COMMON, batch="0192-2"),
    BaselineFrozen(**_COMMON, baseline="handed", cases=95),
    LeaderNamed(**_COMMON, in_scope=True),
    LeaderReleased(**_COMMON, in_scope=True),
    FilingAccepted(**_COMMON, cases=31),
    DutyOpened(**_DUTY),
    DutyDischarged(**_DUTY),
    DutyReleased(**_DUTY, reason="case_merged"),
    DutyResumed(**_DUTY),
    DutyMoved(**_DUTY, due_before=date(2020, 12, 10)),
    DutyOverdue(**_DUTY),
    ActRecorded(
        **_COMMON,
        act="met_petitioner",
        post="检察长",
        period=None,
        nil=False,
        count=None,
    ),
    ClosingSubmitted(**_COMMON, kind="resolved", closing="c1"),
    ClosingReturned(**_COMMON, kind="resolved", closing="c1"),
    ClosingConfirmed(**_COMMON, kind="resolved", closing="c1"),
    CaseResolved(**_COMMON, in_scope=True),
    CaseEnded(**_COMMON, in_scope=True),
    CaseConcluded(**_COMMON, in_scope=True),
    ClosingWithdrawn(**_COMMON, in_scope=True, was="resolved"),
    ClosingRestored(**_COMMON, in_scope=True, was="resolved"),
    *(
        CaseReopened(**_COMMON, in_scope=True, was=was)
        for was in ("resolved", "ended", "concluded")
    ),
    SupervisionCrossed(
        **_COMMON,
        crossing="清检控申〔2020〕007号/leader_named/notice/2020-12-16",
        step="notice",
        kind="notice",
        title="督办函",
        about="落实包案领导和责任部门",
        duty="清检控申〔2020〕007号/leader_named",
        to_office="410922",
        to_post="检察长",
        urgent=False,
    ),
    SupervisionIssued(
        **_COMMON,
        **_NOTICE,
        step="notice",
        kind="notice",
        duty=None,
        to_office="410922",
        reply_by=date(2020, 12, 25),
    ),
    SupervisionAnswered(**_COMMON, **_NOTICE, progress=True),
    SupervisionReturned(**_COMMON, **_NOTICE),
    SupervisionEnded(**_COMMON, **_NOTICE),
    InterviewDecided(
        **_COMMON, candidate="清检控申〔2020〕007号/interview", decision="held"
    ),
)
