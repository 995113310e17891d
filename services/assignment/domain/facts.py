"""
The facts of a matter: what happened in it, each a frozen record of its own type.

Everything that is owed, led, escalated or counted follows from them. A rule of a
programme names a fact by `name` and asks for its fields; `VOCABULARY` lists both. A
fact that another service announced has the name of that event, whose fields it shares.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from shared.policy.duties import ACT_RECORDED, NOTICE_ISSUED, FactKind, Vocabulary
from shared.vocabulary import Difficulty, Track

PostOf = tuple[str, str]
"""An office's code and the title of a post of it."""

FACTS: dict[str, type[Fact]] = {}
"""Every type of fact by its name."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """
    Something that happened in a matter on a day.
    """

    name: ClassVar[str]
    title: ClassVar[str]

    on: date

    def __init_subclass__(cls, *, name: str = "", title: str = "") -> None:
        """
        *name*: as rules of programmes write it; *title*: as an office reads it.
        """
        if name:
            cls.name, cls.title = name, title
            FACTS[name] = cls

    @classmethod
    def from_fields(cls, on: date, fields: Mapping[str, Any]) -> Self:
        """
        The fact with those of *fields* that its type has.
        """
        wanted = (field.name for field in dataclasses.fields(cls))
        return cls(on=on, **{n: fields[n] for n in wanted if n != "on" and n in fields})

    @property
    def fields(self) -> Mapping[str, Any]:
        """
        The fields of this kind of fact, as a rule may ask for them.
        """
        return vars(self)

    def get(self, field: str | None) -> Any:
        """
        The value of a field that a rule names; None if this type does not have it.
        """
        return self.fields.get(field or "")

    @property
    def cause(self) -> str:
        """
        What it is called where it is the reason of something else.
        """
        return self.name.partition(".")[2]


# -- announced by intake, hearing, aid and reporting


@dataclass(frozen=True, kw_only=True)
class Beginning(Fact):
    """
    The beginning of a matter: the office and the programme it belongs to.
    """

    office: str
    programme: str


@dataclass(frozen=True, kw_only=True)
class PetitionRegistered(
    Beginning, name="intake.petition_registered", title="登记信访"
):
    """A petition was taken in."""

    channel: str
    category: str
    case_kind: str
    first: bool


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Beginning, name="intake.case_opened", title="案件登记"):
    """A case stands in an office's ledger, with what bears on who must lead it."""

    track: Track
    in_scope: bool
    origin: str
    handed: bool
    case_kind: str
    scope_class: int | None
    difficulty: Difficulty
    repeats: int
    resolve_by: date | None
    leaders: tuple[PostOf, ...]
    department: str | None
    handler_post: str | None
    team: str | None = None
    first_petition: bool = False
    cross_separate: bool = False
    long_span: bool = False
    many_people: bool = False
    policy_heavy: bool = False
    sensitive: bool = False


@dataclass(frozen=True, kw_only=True)
class ReplyGiven(Fact, name="intake.reply_given", title="答复信访人"):
    """The office answered the petitioner."""

    kind: str
    mode: str


@dataclass(frozen=True, kw_only=True)
class CaseMerged(Fact, name="intake.case_merged", title="案件并入他案"):
    """The case is the same matter as another and no longer counts."""


@dataclass(frozen=True, kw_only=True)
class CaseUnmerged(Fact, name="intake.case_unmerged", title="撤销并案"):
    """A merge was undone: the case counts again."""


@dataclass(frozen=True, kw_only=True)
class HearingDecided(Fact, name="hearing.hearing_decided", title="决定是否听证"):
    """Whether the case gets a hearing was decided."""

    decision: str


@dataclass(frozen=True, kw_only=True)
class HearingScheduled(Fact, name="hearing.hearing_scheduled", title="公告听证"):
    """A hearing was announced."""

    hearing: str


@dataclass(frozen=True, kw_only=True)
class HearingHeld(Fact, name="hearing.hearing_held", title="召开听证"):
    """A hearing took place."""

    hearing: str


@dataclass(frozen=True, kw_only=True)
class HearingResulted(Fact, name="hearing.hearing_resulted", title="听证后有结果"):
    """The result after a hearing is there."""

    hearing: str


@dataclass(frozen=True, kw_only=True)
class AidOpened(Fact, name="aid.aid_opened", title="提出救助申请"):
    """Aid was applied for, or taken up on the office's own motion."""

    aid: str


@dataclass(frozen=True, kw_only=True)
class AidGranted(Fact, name="aid.aid_granted", title="决定予以救助"):
    """An application for aid was granted."""

    aid: str


@dataclass(frozen=True, kw_only=True)
class AidRefused(Fact, name="aid.aid_refused", title="决定不予救助"):
    """An application for aid was refused."""

    aid: str


@dataclass(frozen=True, kw_only=True)
class AidPaid(Fact, name="aid.aid_paid", title="发放救助金"):
    """Aid was paid."""

    aid: str


@dataclass(frozen=True, kw_only=True)
class MilestoneJudged(Fact, name="reporting.milestone_judged", title="报表显示达到"):
    """Whether the office had reached a milestone, by a signed return."""

    reached: bool


# -- recorded by assignment of batches and units


@dataclass(frozen=True, kw_only=True)
class HandedDown(Fact, name="assignment.batch_handed_down", title="交办"):
    """The case was handed down in a batch, on a *track* that a person confirmed."""

    batch: str
    track: Track | None = None


@dataclass(frozen=True, kw_only=True)
class BatchReceived(Fact, name="assignment.batch_received", title="收到交办"):
    """
    The office received the batch of the case; *presumed* until it confirms (A-11).
    """

    batch: str
    due_on: date | None = None
    presumed: bool = False


@dataclass(frozen=True, kw_only=True)
class BatchRecalled(Fact, name="assignment.batch_recalled", title="撤回交办"):
    """The handing office took the case back out of a batch."""

    batch: str


@dataclass(frozen=True, kw_only=True)
class ObjectionRaised(Fact, name="assignment.objection_raised", title="提出异议"):
    """The office says that the case handed to it is not its own."""

    batch: str


@dataclass(frozen=True, kw_only=True)
class ObjectionDisputed(Fact, name="assignment.objection_disputed", title="申请裁决"):
    """The office asks the conference to decide a refused objection."""

    batch: str


@dataclass(frozen=True, kw_only=True)
class ObjectionDecided(Fact, name="assignment.objection_decided", title="决定异议"):
    """An objection was decided: `returned` out of the batch, or `refused`."""

    batch: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class UnitsAgreed(Fact, name="assignment.units_agreed", title="明确各单位分工"):
    """The offices that share the case, each with its role."""

    units: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class CoordinationRequested(
    Fact, name="assignment.coordination_requested", title="申请协调会商"
):
    """The lead unit asks the conference to decide which unit leads."""

    request: str


@dataclass(frozen=True, kw_only=True)
class CoordinationDecided(
    Fact, name="assignment.coordination_decided", title="联席会议作出协调意见"
):
    """The conference decided which unit leads."""

    request: str


# -- recorded by assignment of leaders and acts


@dataclass(frozen=True, kw_only=True)
class LeadersConfirmed(Fact, name="assignment.leaders_confirmed", title="确定包案"):
    """
    Leaders of a case were named; what is left out stays as it was.

    *new_holders*: posts that have passed to somebody else, who leads from that day.
    """

    leaders: tuple[PostOf, ...] = ()
    new_holders: tuple[PostOf, ...] = ()
    department: str | None = None
    handler_post: str | None = None
    responsible_post: str | None = None
    contact: str | None = None
    team: str | None = None
    resolve_by: date | None = None
    reason: str | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseLed(Fact, name="assignment.leader_named", title="包案落实"):
    """
    All leaders that the programme asks for are named.

    Computed from the other facts, never stored.
    """


@dataclass(frozen=True, kw_only=True)
class LeaderRecused(Fact, name="assignment.leader_recused", title="包案回避"):
    """
    A post must not lead the case, or may again when *lifted*; *own*: it is a post of
    the responsible office.
    """

    leader_office: str
    post: str
    lifted: bool
    own: bool
    reason: str | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseAppraised(Fact, name="assignment.case_appraised", title="研判案件"):
    """A person judged what bears on who must lead; what was not judged is None."""

    in_scope: bool
    difficulty: Difficulty | None = None
    first_petition: bool | None = None
    cross_separate: bool | None = None
    long_span: bool | None = None
    many_people: bool | None = None
    policy_heavy: bool | None = None
    sensitive: bool | None = None
    review_on: date | None = None
    reason: str | None = None
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class ActRecorded(Fact, name=ACT_RECORDED, title="记载事项"):
    """An office did one of the programme's acts (履职事项)."""

    act: str
    kind: str | None = None
    post: str | None = None
    evidence: str | None = None
    to: str | None = None
    until: date | None = None
    text: str | None = None
    document: str | None = None
    consent: bool | None = None
    count: int | None = None
    period: str | None = None
    nil: bool = False

    @property
    def cause(self) -> str:
        return self.act


@dataclass(frozen=True, kw_only=True)
class ListItemDone(Fact, name="assignment.checklist_item_done", title="完成清单事项"):
    """An item of a list of duties was done."""

    list: str
    item: str
    post: str
    evidence: str | None = None


# -- recorded by assignment of closings


@dataclass(frozen=True, kw_only=True)
class ClosingSubmitted(Fact, name="assignment.closing_submitted", title="报结"):
    """The office reported the case closed and asks for review."""

    kind: str
    closing: str


@dataclass(frozen=True, kw_only=True)
class ClosingReturned(Fact, name="assignment.closing_returned", title="退回报结"):
    """The reviewer sent a closing back."""

    kind: str
    closing: str


@dataclass(frozen=True, kw_only=True)
class ClosingConfirmed(Fact, name="assignment.closing_confirmed", title="确认报结"):
    """The reviewer confirmed a closing."""

    kind: str
    closing: str


@dataclass(frozen=True, kw_only=True)
class CaseResolved(Fact, name="assignment.case_resolved", title="化解"):
    """
    The case is really settled; *on* is the day it was concluded, *confirmed_on* that of
    the review.
    """

    in_scope: bool
    confirmed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CaseEnded(Fact, name="assignment.case_ended", title="依法终结"):
    """The case is lawfully ended, which is no outcome (A-05)."""

    in_scope: bool
    confirmed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CaseConcluded(Fact, name="assignment.case_concluded", title="程序性办结"):
    """The case is closed by procedure only (PY-33)."""

    in_scope: bool
    confirmed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CaseReopened(Fact, name="assignment.case_reopened", title="案件回流重启"):
    """A closed case flowed back."""

    in_scope: bool
    was: str


# -- recorded by assignment of time: periods, occurrences, signed records


@dataclass(frozen=True, kw_only=True)
class PeriodBegun(Beginning, name="assignment.period_begun", title="本期开始"):
    """
    The matter of a report or a milestone begins: its period runs *until* a day.
    """

    schedule: str
    period: str
    until: date
    department: str | None = None


@dataclass(frozen=True, kw_only=True)
class OfficeActsBegun(
    Beginning, name="assignment.office_acts_begun", title="本单位事项开始"
):
    """The matter begins in which an office records what it does of its own."""


@dataclass(frozen=True, kw_only=True)
class OccurrenceBegun(Fact, name="assignment.occurrence_begun", title="新一次职责开始"):
    """
    A recurring duty of *rule* is owed once more; *occurrence* counts from 0, and *of*
    is the value of the rule's `per`.
    """

    rule: str
    of: str | None
    occurrence: int


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
class DutyExtended(SignedRecord, name="assignment.duty_extended", title="延期"):
    """More *days* were granted on top of the due day (A-38)."""


@dataclass(frozen=True, kw_only=True)
class DutyPaused(SignedRecord, name="assignment.duty_paused", title="中止计算"):
    """The days of the duty are not counted from this day on (A-37)."""


@dataclass(frozen=True, kw_only=True)
class DutyUnpaused(SignedRecord, name="assignment.duty_unpaused", title="恢复计算"):
    """The days of the duty are counted again."""


@dataclass(frozen=True, kw_only=True)
class DutyOverridden(SignedRecord, name="assignment.duty_overridden", title="另定期限"):
    """The duty is due on another day, *until* (JZ-22)."""


@dataclass(frozen=True, kw_only=True)
class DutyWaived(SignedRecord, name="assignment.duty_waived", title="解除职责"):
    """The duty need not be done."""


# -- recorded by assignment of supervision notices


@dataclass(frozen=True, kw_only=True)
class NoticeIssued(Fact, name=NOTICE_ISSUED, title="发出督办函"):
    """A supervision notice (督办函) about a *duty*, or the whole matter."""

    notice: str
    step: str
    kind: str
    duty: str | None
    to_office: str
    reply_by: date


@dataclass(frozen=True, kw_only=True)
class NoticeAnswered(Fact, name="assignment.supervision_answered", title="答复督办"):
    """The office answered a notice; *progress*: it says there is some."""

    notice: str
    progress: bool


@dataclass(frozen=True, kw_only=True)
class NoticeAccepted(Fact, name="assignment.supervision_accepted", title="认可答复"):
    """The supervising side accepted the answer to a notice."""

    notice: str


@dataclass(frozen=True, kw_only=True)
class NoticeReturned(Fact, name="assignment.supervision_returned", title="退回答复"):
    """The answer to a notice was sent back: it is owed again."""

    notice: str


@dataclass(frozen=True, kw_only=True)
class NoticeEnded(Fact, name="assignment.supervision_ended", title="督办终止"):
    """What a notice was about is done: no answer is owed any more."""

    notice: str


Recorded = Mapping[str, Fact]
"""
Facts of one matter by their identity, in the order in which they were recorded.
"""

VOCABULARY: Vocabulary = {
    name: FactKind(
        kind.title,
        tuple(each.name for each in dataclasses.fields(kind) if each.name != "on"),
    )
    for name, kind in FACTS.items()
}
"""
What rules of programmes may wait for: the name of each type of fact, with its Chinese
title and its fields.
"""


@dataclass(frozen=True, order=True)
class Step:
    """
    One change of a state: what it became, from which day, and where it matters the
    name of the fact that did it.
    """

    on: date
    kind: str
    why: str = ""


def changes(
    before: Iterable[Step], after: Iterable[Step]
) -> tuple[list[Step], list[Step]]:
    """
    The steps to take back and the steps to add, each in order of days.
    """
    old, new = Counter(before), Counter(after)
    return sorted((old - new).elements()), sorted((new - old).elements())
