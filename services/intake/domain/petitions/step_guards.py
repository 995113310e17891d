"""
What a step of a petition must not do: the guards, each with its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.steps import OPINIONS, PASSING, REQUESTS, Step
from shared.errors import Problem
from shared.policy.calendar import Calendar
from shared.policy.directory import Directory
from shared.policy.parts.batches import Objections
from shared.policy.parts.petitions import (
    RefusalReason,
    ReviewTerms,
    Verdict,
)
from shared.rules import day_not_before, not_the_accused, office_exists
from shared.vocabulary import PetitionStep as Kind


@dataclass(frozen=True)
class Circumstances:
    """
    What the guards of a step look at besides the petition and the step itself.

    *earlier*: its steps so far, in their order. *attempts*: on how many days a paper
    could not be delivered, and *attempts_needed* how many there must be. *unreachable*:
    it names nobody who could be reached. *filed*: the ids of the documents of the step
    that are files of the petition. *served*: when the paper of a step, by its id, first
    reached the petitioner. *review*: how opinions on the petition are reviewed.
    *worked_on*: the receiver has registered it and begun to handle it.
    """

    today: date
    directory: Directory
    calendar: Calendar
    refusals: Sequence[RefusalReason] = ()
    objections: Objections | None = None
    earlier: Sequence[Step] = ()
    attempts: int = 0
    attempts_needed: int = 1
    unreachable: bool = False
    filed: Collection[str] = ()
    served: Mapping[str, date] = field(default_factory=dict)
    verdicts: Sequence[Verdict] = ()
    review: ReviewTerms | None = None
    worked_on: bool = False

    def served_on(self, step: Step) -> date | None:
        """
        When the paper of a step, or of the wrong one in its place, was served.
        """
        return self.served.get(step.id) or self.served.get(step.replaces or "")


def _materials_once(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    What is missing is asked for once, all of it (TL-24).
    """
    asked = any(each.kind is Kind.MATERIALS_ASKED for each in around.earlier)
    if step.kind is Kind.MATERIALS_ASKED and asked:
        yield Problem(
            "materials_asked_before",
            "补正材料应当一次告知，这件信访已经告知过。",
            "请按已有材料决定是否受理。",
            "/step",
        )


def _known_reason(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    known = {reason.id: reason.title for reason in around.refusals}
    if step.reason and step.reason not in known:
        listed = "、".join(f"{code}（{title}）" for code, title in known.items())
        yield Problem(
            "no_such_reason",
            f"没有“{step.reason}”这一不予受理的理由。",
            f"可填：{listed}。" if listed else "请先在专项文件中写明 refusals。",
            "/reason",
        )


def _receiver(
    petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    A petition is forwarded to one receiver, another office or an organ outside; it is
    handed down to an office below.
    """
    code = step.to_office
    if step.kind is Kind.FORWARDED and (code is None) is (step.organ is None):
        yield Problem(
            "one_receiver",
            "转送须写明接收单位（to_office）或系统外的机关（organ），二者择一。",
            "请只填一项。",
            "/to_office",
        )
    if code is None:
        return
    yield from office_exists(code, around.directory, step.on, "/to_office")
    if not around.directory.exists(code, step.on):
        return
    accused = petition.accused_office
    yield from not_the_accused(code, accused, around.directory, step.on, "/to_office")
    if code == petition.office:
        yield Problem(
            "own_office", "不能转给本机关。", "请核对接收单位。", "/to_office"
        )
    elif step.kind is Kind.HANDED_DOWN and not around.directory.is_within(
        code, petition.office, step.on
    ):
        yield Problem(
            "not_below",
            "只能向下级单位交办。",
            "对其他单位请办理转送。",
            "/to_office",
        )


def _another(
    petition: Petition, step: Step, _around: Circumstances
) -> Iterator[Problem]:
    if step.same_as == petition.number:
        yield Problem(
            "same_petition",
            "正在办理的信访件就是这一件。",
            "请填写同一事项的另一件信访的编号。",
            "/same_as",
        )


def _report_ahead(
    _petition: Petition, step: Step, _around: Circumstances
) -> Iterator[Problem]:
    yield from day_not_before(
        step.report_by, step.on, "/report_by", "交办之日", "报告日期"
    )


def objection_in_time(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    The receiver objects within the limit of the programme (TL-04).
    """
    if step.kind is not Kind.OBJECTED or around.objections is None:
        return
    passed_on = max(each.on for each in around.earlier if each.kind in PASSING)
    due = around.calendar.due(passed_on, around.objections.limit).day
    if step.on > due:
        yield Problem(
            "objection_late",
            f"异议应在 {due} 前提出（{around.objections.source}）。",
            "请登记办理，或与转送、交办单位协商收回。",
            "/on",
        )


def _after_refusal(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    The receiver disputes what was just refused to it (S8).
    """
    last = around.earlier[-1].kind if around.earlier else None
    if step.kind is Kind.DISPUTE_RAISED and last is not Kind.OBJECTION_REFUSED:
        yield Problem(
            "no_refused_objection",
            "没有被转送、交办单位拒绝的异议，不能提请联席会议协调。",
            "请先提出异议（objected）。",
            "/step",
        )


def _not_received(
    petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    What the receiver has registered as its own does not come back, and is not objected
    to once the receiver has begun to handle it, until that registration is withdrawn.
    """
    if petition.received_as is None:
        return
    if step.kind in {Kind.OBJECTED, Kind.DISPUTE_RAISED} and around.worked_on:
        yield already_received(petition, "并已开始办理，不能再提出异议")
    elif step.kind in {Kind.TAKEN_BACK, Kind.DISPUTE_RETURNED}:
        yield already_received(petition, "不能收回、退回")


def already_received(petition: Petition, therefore: str) -> Problem:
    """
    That the receiver of a petition has registered it, and what has to be done first.
    """
    return Problem(
        "already_received",
        f"接收单位已登记为 {petition.received_as}，{therefore}。",
        "请由接收单位继续办理该件；确系转错、误收的，请接收单位先撤销该件的登记"
        f"（/petitions/{petition.received_as}/withdrawals）。",
        "/step",
    )


def _evidence(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    Nobody is unable to reply without what shows it, and without having tried on so many
    days (A-39).
    """
    if step.kind is not Kind.UNABLE_TO_REPLY:
        return
    if not step.document_ids:
        yield Problem(
            "document_missing",
            "认定无法回复须附证明材料。",
            "请先上传退信、通话记录等（documents），再在 document_ids 中填其编号。",
            "/document_ids",
        )
    if not around.unreachable and around.attempts < around.attempts_needed:
        yield Problem(
            "attempts_missing",
            f"认定无法回复须有 {around.attempts_needed} 个不同日期未能送达的记录，"
            f"现有 {around.attempts} 个。",
            "请先登记每次送达（deliveries）。",
            "/step",
        )


def _verdict(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    An opinion decides as the law names it; where the law has no verdicts, its paper is
    the legal document of the matter (S17).
    """
    known = {verdict.id: verdict.title for verdict in around.verdicts}
    listed = "、".join(f"{code}（{title}）" for code, title in known.items())
    if step.kind in OPINIONS and known and step.verdict is None:
        yield Problem(
            "required",
            f"“{step.kind.chinese}”须写明处理意见。",
            f"可填：{listed}。",
            "/verdict",
        )
    elif step.verdict and step.verdict not in known:
        yield Problem(
            "no_such_verdict",
            f"没有“{step.verdict}”这一处理意见。",
            f"可填：{listed}。"
            if listed
            else "本机关依法律文书答复，请只填文号（document）。",
            "/verdict",
        )


def _reviewable(
    petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    Only what the law sends this way is reviewed (S19).
    """
    terms = around.review
    if step.kind not in REQUESTS or (terms and petition.category == terms.category):
        return
    yield Problem(
        "not_reviewable",
        "这件信访的处理意见不适用复查、复核。"
        if terms is None
        else f"只有{terms.category.chinese}信访事项的处理意见可以复查、复核。",
        "请告知信访人依法定途径提出；涉诉事项按诉讼程序办理。",
        "/step",
    )


def _reviewer(
    petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    An opinion is reviewed by an office that is not at or below the one that gave it.
    """
    if step.kind not in REQUESTS or step.to_office is None:
        return
    asked = [each.to_office for each in around.earlier if each.kind in REQUESTS]
    gave = next((code for code in reversed(asked) if code), petition.office)
    if step.to_office == petition.office:
        return  # said by `_receiver`
    if around.directory.exists(step.to_office, step.on) and around.directory.is_within(
        step.to_office, gave, step.on
    ):
        yield Problem(
            "not_above",
            "复查、复核由作出处理意见的机关的上一级机关办理。",
            "请填写上一级机关的代码。",
            "/to_office",
        )


def asked_in_time(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    A review is asked for within the limit of the law after the opinion was served
    (TL-08, TL-10).
    """
    if step.kind not in REQUESTS or around.review is None:
        return
    opinion = [each for each in around.earlier if each.kind in OPINIONS][-1]
    served_on = around.served_on(opinion)
    if served_on is None or step.on < served_on:
        yield Problem(
            "opinion_not_served",
            f"“{opinion.kind.chinese}”的文书到 {step.on} 还没有送达信访人。",
            "请先登记送达（deliveries）。",
            "/on",
        )
        return
    limit = around.review.within(step.kind)
    due = around.calendar.due(served_on, limit.limit).day
    if step.on > due:
        yield Problem(
            "review_late",
            f"{limit.title}应在 {due} 前提出（{limit.source}）。",
            "请告知信访人逾期不予受理；有新的事实和理由的，按新的信访事项登记。",
            "/on",
        )


def _hearing_of_review(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    A hearing of the final review, whose days do not count, begins and ends by turns; it
    has ended before the decision (TL-11).
    """
    begun = Kind.REVIEW_HEARING_BEGUN
    running = bool(around.earlier) and around.earlier[-1].kind is begun
    needs = {
        begun: False,
        Kind.REVIEW_HEARING_ENDED: True,
        Kind.FINAL_REVIEW_DECIDED: False,
    }
    if step.kind in needs and needs[step.kind] is not running:
        yield Problem(
            "hearing_running" if running else "no_hearing_running",
            "复核听证已经开始，还没有结束。" if running else "没有正在进行的复核听证。",
            "请先登记听证结束。" if running else "请先登记听证开始。",
            "/step",
        )


@dataclass(frozen=True)
class ReviewWindow:
    """
    The *step* by which a review can be asked for, and the last day for it.
    """

    step: Kind
    until: date


ASKED_AGAINST: Mapping[Kind, Kind] = {
    Kind.OPINION_ISSUED: Kind.REVIEW_ASKED,
    Kind.REVIEW_DECIDED: Kind.FINAL_REVIEW_ASKED,
}
"""
The request for a review that an opinion can be met with; the last has none (L1 36).
"""


def review_until(steps: Sequence[Step], around: Circumstances) -> ReviewWindow | None:
    """
    Which review can be asked for now, and until when; None while none can: the opinion
    was not served, is the last one, or is of a matter that is not reviewed.
    """
    last = steps[-1] if steps else None
    return window_of(last, around) if last else None


def window_of(opinion: Step, around: Circumstances) -> ReviewWindow | None:
    """
    Until when the review of an *opinion* is or was to be asked for, likewise.
    """
    step, served_on = ASKED_AGAINST.get(opinion.kind), around.served_on(opinion)
    if step is None or served_on is None or around.review is None:
        return None
    limit = around.review.within(step)
    return ReviewWindow(step, around.calendar.due(served_on, limit.limit).day)


GUARDS = (
    _materials_once,
    _known_reason,
    _receiver,
    _another,
    _report_ahead,
    objection_in_time,
    _after_refusal,
    _not_received,
    _evidence,
    _verdict,
    _reviewable,
    _reviewer,
    asked_in_time,
    _hearing_of_review,
)
