"""
What intake announces. No petitioner's name or words ever leave it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from shared.events import Event, FiledDocument


@dataclass(frozen=True)
class CountedIn:
    """
    What a case counts by in a further *programme*, in which it stands *since* a day:
    its origin and repeats there, and the repeats before the event.
    """

    programme: str
    since: date
    origin: str
    repeats: int
    repeats_before: int


@dataclass(frozen=True, kw_only=True)
class OfEnrolledCase(Event):
    """
    A fact about a case that may stand in further programmes: *enrolled* says what it
    counts by in each of them.
    """

    enrolled: tuple[CountedIn, ...] = ()

    def payload(self) -> dict[str, Any]:
        further = [
            {**vars(each), "since": each.since.isoformat()} for each in self.enrolled
        ]
        return {**super().payload(), "enrolled": further}


@dataclass(frozen=True, kw_only=True)
class PetitionRegistered(Event):
    """
    A petition was registered; *case_number* is the petition's number, *persons* how
    many petition together.

    *passed*: another office forwarded it or handed it down. *part*: it was split from
    another petition and is no contact of its own (A-49).
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
    passed: bool = False
    part: bool = False


@dataclass(frozen=True, kw_only=True)
class PetitionStepTaken(Event):
    """
    A petition took a step of its life cycle, from its registration to its acceptance or
    to whoever has it then (S3 .. S10).

    *to_office* received it by forwarding or handing down, and reports on it by
    *report_by* if it was handed down; *reason* is the code of why it was not accepted.
    *step_id* is the id of the step.
    """

    type: ClassVar[str] = "intake.petition_step_taken"

    programme: str
    step: str
    category: str
    case_kind: str
    to_office: str | None = None
    report_by: date | None = None
    reason: str | None = None
    step_id: str = ""


@dataclass(frozen=True, kw_only=True)
class PetitionStepWithdrawn(Event):
    """
    A step was recorded wrongly. If it was corrected, the right one was announced before
    this as another step.
    """

    type: ClassVar[str] = "intake.petition_step_withdrawn"

    programme: str
    step: str
    step_id: str


@dataclass(frozen=True, kw_only=True)
class NoticeDelivered(Event):
    """
    The paper of a *step* was brought to the petitioner: *outcome* signed, refused, or
    failed, when it could not be delivered.
    """

    type: ClassVar[str] = "intake.notice_delivered"

    programme: str
    step: str
    case_kind: str
    mode: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class NoticeDeliveryWithdrawn(Event):
    """
    The delivery of a *step*'s paper, on a day in a mode with an outcome, was recorded
    wrongly. The right one was announced before this as another delivery.
    """

    type: ClassVar[str] = "intake.notice_delivery_withdrawn"

    programme: str
    step: str
    mode: str
    outcome: str
    delivered_on: date


@dataclass(frozen=True, kw_only=True)
class PetitionCorrected(Event):
    """
    What was registered of a petition was wrong: all of it anew. *correction* counts
    those of the petition from 1; the highest holds. *channel_before*: by which channel
    it had been registered until then.
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
    part: bool = False
    channel_before: str = ""


@dataclass(frozen=True, kw_only=True)
class PetitionWithdrawn(Event):
    """
    A petition should never have been registered: it was *received_on* that day, and
    by a *channel*, and answered on the days *replied_on*, in the *reply_modes* of the
    same order.
    """

    type: ClassVar[str] = "intake.petition_withdrawn"

    programme: str
    received_on: date
    replied_on: tuple[date, ...] = ()
    reply_modes: tuple[str, ...] = ()
    reply_offices: tuple[str, ...] = ()
    part: bool = False
    channel: str = ""


@dataclass(frozen=True, kw_only=True)
class PetitionRestored(Event):
    """
    A petition that had been withdrawn is one after all: it counts as received and
    answered again, as its withdrawal says it no longer did.
    """

    type: ClassVar[str] = "intake.petition_restored"

    programme: str
    received_on: date
    replied_on: tuple[date, ...] = ()
    reply_modes: tuple[str, ...] = ()
    reply_offices: tuple[str, ...] = ()
    part: bool = False
    channel: str = ""


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


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    """
    A case stands in an office's ledger and was judged against the scope.

    *leaders* are the posts the ledger names (office, post); *repeats* is the
    number of repeat petitions in the programme's window (附件2 column 19).
    *first_petition*: the matter's only petition so far, made at this office (A-32).
    The other marks are what the ledger ticks; who must lead depends on them.
    *accused_office* must not handle it, nor any office below that.
    """

    type: ClassVar[str] = "intake.case_opened"

    programme: str
    track: str
    in_scope: bool
    failing: tuple[str, ...]
    origin: str
    handed: bool
    batch_ref: str | None
    case_kind: str
    scope_class: int | None
    difficulty: str
    repeats: int
    resolve_by: date | None
    leaders: tuple[tuple[str, str], ...]
    department: str | None
    handler_post: str | None
    team: str | None = None
    responsible_post: str | None = None
    contact: str | None = None
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
class CaseCorrected(CaseOpened, OfEnrolledCase):
    """
    What a case was opened with was wrong or has changed: all of it anew, from the day
    of the correction.

    *correction* counts those of the case from 1; the highest holds. *changed* are the
    fields that differ from before. What figures are counted by is also there as it was
    before.
    """

    type: ClassVar[str] = "intake.case_corrected"

    correction: int
    changed: tuple[str, ...]
    in_scope_before: bool
    repeats_before: int
    origin_before: str


@dataclass(frozen=True, kw_only=True)
class CaseEnrolled(CaseOpened):
    """
    A case of *own_programme* stands from that day also in *programme*, whose scope it
    meets: all fields as if it had been opened there, after so many *corrections*.
    *period* counts the times it has stood there, from 1.
    """

    type: ClassVar[str] = "intake.case_enrolled"

    own_programme: str
    corrections: int
    period: int = 1


@dataclass(frozen=True, kw_only=True)
class CaseEnrolmentWithdrawn(Event):
    """
    A case stands in a further *programme* no more: from that day nothing of it counts
    there. *period*: which of its enrolments there ends.
    """

    type: ClassVar[str] = "intake.case_enrolment_withdrawn"

    programme: str
    in_scope: bool
    repeats: int
    origin: str
    period: int = 1


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn(OfEnrolledCase):
    """
    A case should never have been registered: from that day it counts no more.
    """

    type: ClassVar[str] = "intake.case_withdrawn"

    programme: str
    in_scope: bool
    repeats: int
    origin: str


@dataclass(frozen=True, kw_only=True)
class CaseReinstated(OfEnrolledCase):
    """
    A case that had been withdrawn is one after all: from that day it counts again.
    """

    type: ClassVar[str] = "intake.case_reinstated"

    programme: str
    in_scope: bool
    repeats: int
    origin: str


@dataclass(frozen=True, kw_only=True)
class CaseRepeated(OfEnrolledCase):
    """
    One more petition of the matter of a case came in, at this office or another (A-17);
    it counts from *occurred_on*, later than *received_on* if it was known only later to
    be one. *counted*: it is one of the repeats that the programme counts; *also*: the
    further programmes that count it.
    """

    type: ClassVar[str] = "intake.case_repeated"

    programme: str
    in_scope: bool
    counted: bool
    received_on: date | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseRepeatWithdrawn(OfEnrolledCase):
    """
    A petition which had counted as a repeat of a case since *repeated_on* is none: it
    brings new facts, is of another matter, or was registered by mistake.
    """

    type: ClassVar[str] = "intake.case_repeat_withdrawn"

    programme: str
    in_scope: bool
    counted: bool
    repeated_on: date
    received_on: date | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseMerged(OfEnrolledCase):
    """
    The case turned out to be the same matter as *into* and no longer counts.
    """

    type: ClassVar[str] = "intake.case_merged"

    programme: str
    into: str
    in_scope: bool
    repeats: int


@dataclass(frozen=True, kw_only=True)
class CaseUnmerged(OfEnrolledCase):
    """
    A merge was undone: the case counts again.
    """

    type: ClassVar[str] = "intake.case_unmerged"

    programme: str
    into: str
    in_scope: bool
    repeats: int


@dataclass(frozen=True, kw_only=True)
class ImportRequested(Event):
    """
    A ledger was pushed and waits to be read: a task for intake itself.
    """

    type: ClassVar[str] = "intake.task.import_ledger"


@dataclass(frozen=True, kw_only=True)
class DocumentFiled(FiledDocument):
    """A document was filed with a petition or a case."""

    type: ClassVar[str] = "intake.document_filed"


_COMMON: dict[str, Any] = {
    "office": "410922",
    "case_number": "清检控申〔2020〕007号",
    "occurred_on": date(2020, 11, 20),
}

_PETITION = {**_COMMON, "case_number": "410922-2020-0000007"}

_STEP = "01933b40-0000-7000-8000-000000000002"
_REPLY = "01933b40-0000-7000-8000-000000000001"

_CASE: dict[str, Any] = {
    **_COMMON,
    "programme": "puyang-2020",
    "track": "campaign",
    "in_scope": True,
    "failing": (),
    "origin": "own_screening",
    "handed": False,
    "batch_ref": None,
    "case_kind": "criminal_appeal_procuratorate",
    "scope_class": 2,
    "difficulty": "hard",
    "department": "第五检察部",
    "handler_post": "检察官",
}

EXAMPLES: tuple[Event, ...] = (
    PetitionRegistered(
        **_PETITION,
        programme="puyang-2020",
        channel="letter",
        category="claim",
        case_kind="complaint",
        first=True,
    ),
    PetitionStepTaken(
        **_PETITION,
        programme="puyang-2020",
        step="handed_down",
        category="claim",
        case_kind="complaint",
        to_office="410923",
        report_by=date(2021, 1, 20),
        step_id=_STEP,
    ),
    PetitionStepWithdrawn(
        **_PETITION, programme="puyang-2020", step="handed_down", step_id=_STEP
    ),
    NoticeDelivered(
        **_PETITION,
        programme="puyang-2020",
        step="accepted",
        case_kind="complaint",
        mode="letter",
        outcome="signed",
    ),
    NoticeDeliveryWithdrawn(
        **_PETITION,
        programme="puyang-2020",
        step="accepted",
        mode="letter",
        outcome="signed",
        delivered_on=date(2020, 11, 18),
    ),
    ReplyGiven(
        **_PETITION,
        programme="puyang-2020",
        kind="procedural",
        mode="phone",
        reply=_REPLY,
    ),
    PetitionCorrected(
        **_PETITION,
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
        **_PETITION,
        programme="puyang-2020",
        received_on=date(2020, 11, 19),
        replied_on=(date(2020, 11, 20),),
        reply_modes=("phone",),
    ),
    PetitionRestored(
        **_PETITION,
        programme="puyang-2020",
        received_on=date(2020, 11, 19),
        replied_on=(date(2020, 11, 20),),
        reply_modes=("phone",),
    ),
    ReplyWithdrawn(
        **_PETITION,
        programme="puyang-2020",
        reply=_REPLY,
        replied_on=date(2020, 11, 20),
        mode="phone",
    ),
    CaseOpened(
        **_CASE,
        repeats=3,
        resolve_by=date(2021, 6, 30),
        leaders=(("410922", "检察长"),),
    ),
    CaseCorrected(
        **_CASE,
        repeats=4,
        resolve_by=date(2021, 9, 30),
        leaders=(("410922", "检察长"),),
        correction=1,
        changed=("repeats", "resolve_by"),
        in_scope_before=True,
        repeats_before=3,
        origin_before="own_screening",
    ),
    CaseEnrolled(
        **{**_CASE, "programme": "dy-leaders"},
        repeats=3,
        resolve_by=None,
        leaders=(("410922", "检察长"),),
        own_programme="puyang-2020",
        corrections=0,
    ),
    CaseEnrolmentWithdrawn(
        **_COMMON,
        programme="dy-leaders",
        in_scope=True,
        repeats=3,
        origin="own_screening",
    ),
    CaseWithdrawn(
        **_COMMON,
        programme="puyang-2020",
        in_scope=True,
        repeats=4,
        origin="own_screening",
        enrolled=(CountedIn("dy-leaders", date(2020, 11, 19), "own_screening", 3, 3),),
    ),
    CaseReinstated(
        **_COMMON,
        programme="puyang-2020",
        in_scope=True,
        repeats=4,
        origin="own_screening",
    ),
    CaseRepeated(
        **_COMMON,
        programme="puyang-2020",
        in_scope=True,
        counted=True,
        received_on=date(2020, 11, 20),
    ),
    CaseRepeatWithdrawn(
        **_COMMON,
        programme="puyang-2020",
        in_scope=True,
        counted=True,
        repeated_on=date(2020, 11, 19),
        received_on=date(2020, 11, 19),
    ),
    CaseMerged(
        **_COMMON,
        programme="puyang-2020",
        into="濮检交〔2020〕3号-01",
        in_scope=True,
        repeats=3,
    ),
    CaseUnmerged(
        **_COMMON,
        programme="puyang-2020",
        into="濮检交〔2020〕3号-01",
        in_scope=True,
        repeats=3,
    ),
    DocumentFiled(
        **_COMMON,
        programme="puyang-2020",
        document="d1",
        by_office="410922",
        kind="evidence",
        digest="0f" * 32,
        media_type="application/pdf",
        size=48_213,
        dated=date(2020, 11, 2),
    ),
    ImportRequested(**_COMMON),
)
