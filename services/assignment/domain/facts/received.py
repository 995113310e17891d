"""
Facts that intake, hearing, aid and reporting announce; each has the name of its event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assignment.domain.facts.base import Beginning, Fact, PostOf
from services.assignment.domain.facts.documents import DocumentFiled, DocumentWithdrawn
from shared.vocabulary import Difficulty, Track


@dataclass(frozen=True, kw_only=True)
class PetitionRegistered(
    Beginning, name="intake.petition_registered", title="登记信访"
):
    """A petition was taken in."""

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


@dataclass(frozen=True, kw_only=True)
class PetitionStepTaken(
    Fact, name="intake.petition_step_taken", title="信访件办理步骤"
):
    """A petition was accepted, passed on, or took another step of its life cycle."""

    step: str
    category: str
    case_kind: str
    to_office: str | None = None
    report_by: date | None = None
    reason: str | None = None
    step_id: str = ""

    @property
    def cause(self) -> str:
        return self.step


@dataclass(frozen=True, kw_only=True)
class PetitionStepWithdrawn(
    Fact, name="intake.petition_step_withdrawn", title="撤销信访步骤"
):
    """A step was recorded wrongly."""

    step_id: str


@dataclass(frozen=True, kw_only=True)
class NoticeDelivered(Fact, name="intake.notice_delivered", title="送达信访人"):
    """The paper of a step was brought to the petitioner, or could not be."""

    step: str
    case_kind: str
    mode: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class NoticeDeliveryWithdrawn(
    Fact, name="intake.notice_delivery_withdrawn", title="更正或撤销送达记录"
):
    """A delivery of the day *delivered_on* was recorded wrongly."""

    step: str
    mode: str
    outcome: str
    delivered_on: date


@dataclass(frozen=True, kw_only=True)
class PetitionCorrected(Fact, name="intake.petition_corrected", title="更正信访件"):
    """What was registered of a petition was wrong; the highest *correction* holds."""

    correction: int
    received_on: date
    channel: str
    category: str
    case_kind: str
    first: bool
    origin: str | None = None
    topic: str | None = None
    registration_level: str | None = None
    persons: int = 1
    handler_post: str | None = None


@dataclass(frozen=True, kw_only=True)
class PetitionWithdrawn(Fact, name="intake.petition_withdrawn", title="撤销信访件登记"):
    """A petition should never have been registered."""


@dataclass(frozen=True, kw_only=True)
class PetitionRestored(Fact, name="intake.petition_restored", title="恢复信访件登记"):
    """A petition that was withdrawn is one after all."""


@dataclass(frozen=True, kw_only=True)
class CaseDetails(Fact):
    """What bears on who must lead a case, and on what is owed in it."""

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
    responsible_post: str | None = None
    contact: str | None = None
    territorial_office: str | None = None
    topic: str | None = None
    registration_level: str | None = None
    persons: int = 1
    first_petition: bool = False
    cross_separate: bool = False
    long_span: bool = False
    many_people: bool = False
    policy_heavy: bool = False
    sensitive: bool = False
    accused_office: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseOpened(CaseDetails, Beginning, name="intake.case_opened", title="案件登记"):
    """A case stands in an office's ledger."""


@dataclass(frozen=True, kw_only=True)
class CaseEnrolled(CaseDetails, name="intake.case_enrolled", title="列入其他专项"):
    """
    A case stands also in a further *programme*, with what it would have been opened
    with there, after so many *corrections*; *period* counts from 1 how often it has
    stood there.
    """

    office: str
    programme: str
    corrections: int
    period: int = 1


@dataclass(frozen=True, kw_only=True)
class CaseEnrolmentWithdrawn(
    Fact, name="intake.case_enrolment_withdrawn", title="退出其他专项"
):
    """A case stands in a further *programme* no more."""

    programme: str


@dataclass(frozen=True, kw_only=True)
class CaseCorrected(CaseDetails, name="intake.case_corrected", title="更正案件"):
    """
    What a case was opened with was wrong or has changed: *changed* are the fields that
    differ from before; the highest *correction* holds.
    """

    correction: int
    changed: tuple[str, ...]
    repeats_before: int = 0


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn(Fact, name="intake.case_withdrawn", title="撤销案件登记"):
    """A case should never have been registered: from that day it counts no more."""


@dataclass(frozen=True, kw_only=True)
class CaseReinstated(Fact, name="intake.case_reinstated", title="恢复案件登记"):
    """
    A case that had been withdrawn is one after all: from that day it counts again, with
    its *repeats*.
    """

    repeats: int = 0


@dataclass(frozen=True, kw_only=True)
class ReplyGiven(Fact, name="intake.reply_given", title="答复信访人"):
    """The office answered the petitioner."""

    kind: str
    mode: str
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class ReplyWithdrawn(Fact, name="intake.reply_withdrawn", title="撤销答复登记"):
    """An answer was recorded wrongly."""

    reply: str


@dataclass(frozen=True, kw_only=True)
class CaseRepeated(Fact, name="intake.case_repeated", title="同一事项再次来件"):
    """
    One more petition of the matter of a case came in, on the day *received_on*; it
    counts from then, or from later. *also*: the further programmes that count it.
    """

    counted: bool
    received_on: date | None = None
    also: tuple[str, ...] = ()

    @property
    def came_on(self) -> date:
        return self.received_on or self.on


@dataclass(frozen=True, kw_only=True)
class CaseRepeatWithdrawn(
    Fact, name="intake.case_repeat_withdrawn", title="撤销重复来件"
):
    """A petition that counted since *repeated_on* is not a repeat after all."""

    repeated_on: date
    counted: bool = True
    received_on: date | None = None
    also: tuple[str, ...] = ()


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
class AidFundsReceived(Fact, name="aid.aid_funds_received", title="收到司法救助拨款"):
    """The finance office appropriated what was granted."""

    aid: str


@dataclass(frozen=True, kw_only=True)
class AidTold(Fact, name="aid.aid_told", title="通知领取救助金"):
    """The person was told to collect the aid."""

    aid: str


@dataclass(frozen=True, kw_only=True)
class AidRefusalTold(Fact, name="aid.aid_refusal_told", title="告知不予救助"):
    """The person was told that aid is refused, and why."""

    aid: str


@dataclass(frozen=True, kw_only=True)
class AidPaid(Fact, name="aid.aid_paid", title="发放救助金"):
    """Aid was paid."""

    aid: str


@dataclass(frozen=True, kw_only=True)
class AidTakenBack(Fact, name="aid.aid_taken_back", title="冲正救助金"):
    """A payment of aid came back."""

    aid: str


@dataclass(frozen=True, kw_only=True)
class SocialAidReferred(Fact, name="aid.social_aid_referred", title="移送社会救助部门"):
    """A person in need was referred to an organ of social aid."""

    referral: str


@dataclass(frozen=True, kw_only=True)
class SocialAidAnswered(Fact, name="aid.social_aid_answered", title="社会救助部门答复"):
    """The organ of social aid answered."""

    referral: str


@dataclass(frozen=True, kw_only=True)
class MilestoneJudged(Fact, name="reporting.milestone_judged", title="报表显示达到"):
    """Whether the office had reached a milestone, by a signed return."""

    reached: bool


@dataclass(frozen=True, kw_only=True)
class IntakeDocumentFiled(
    DocumentFiled, name="intake.document_filed", title="收存登记材料"
):
    """It came in at the counter or with the register."""


@dataclass(frozen=True, kw_only=True)
class HearingDocumentFiled(
    DocumentFiled, name="hearing.document_filed", title="收存听证材料"
):
    """It belongs to a hearing."""


@dataclass(frozen=True, kw_only=True)
class AidDocumentFiled(DocumentFiled, name="aid.document_filed", title="收存救助材料"):
    """It belongs to an application for aid."""


@dataclass(frozen=True, kw_only=True)
class IntakeDocumentWithdrawn(
    DocumentWithdrawn, name="intake.document_withdrawn", title="撤回登记材料"
):
    """It came in at the counter or with the register."""


@dataclass(frozen=True, kw_only=True)
class HearingDocumentWithdrawn(
    DocumentWithdrawn, name="hearing.document_withdrawn", title="撤回听证材料"
):
    """It belongs to a hearing."""


@dataclass(frozen=True, kw_only=True)
class AidDocumentWithdrawn(
    DocumentWithdrawn, name="aid.document_withdrawn", title="撤回救助材料"
):
    """It belongs to an application for aid."""
