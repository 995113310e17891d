"""
What a step of a petition must not do: the guards, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.intake.domain.petitions import reviews
from services.intake.domain.petitions.circumstances import Circumstances
from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.steps import OPINIONS, PASSING, Step
from shared.errors import Problem
from shared.rules import (
    day_not_before,
    none_named_is_accused,
    not_the_accused,
    office_exists,
    receiver_outside,
)
from shared.vocabulary import PetitionStep as Kind


def _materials_once(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    What is missing is asked for once, all of it (TL-24).
    """
    asked_before = any(each.kind is Kind.MATERIALS_ASKED for each in around.earlier)
    if step.kind is Kind.MATERIALS_ASKED and asked_before:
        yield Problem(
            "materials_asked_before",
            "补正材料应当一次告知，这件信访已经告知过。",
            "请按已有材料决定是否受理。",
            "/step",
        )


def _known_reason(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    reasons = {reason.id: reason.title for reason in around.refusals}
    if step.reason and step.reason not in reasons:
        listed = "、".join(f"{code}（{title}）" for code, title in reasons.items())
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
    yield from _organ(petition, step, around)
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


def _organ(petition: Petition, step: Step, around: Circumstances) -> Iterator[Problem]:
    """
    An organ outside is neither the accused office by its name, nor, where the petition
    itself is passed on, another one of the directory.
    """
    given = step.organ, petition.accused_office, around.directory, step.on, "/organ"
    if step.kind is Kind.FORWARDED:
        yield from receiver_outside(*given, field="to_office")
    else:
        yield from none_named_is_accused(*given)


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
    verdicts = {verdict.id: verdict.title for verdict in around.verdicts}
    listed = "、".join(f"{code}（{title}）" for code, title in verdicts.items())
    if step.kind in OPINIONS and verdicts and step.verdict is None:
        yield Problem(
            "required",
            f"“{step.kind.chinese}”须写明处理意见。",
            f"可填：{listed}。",
            "/verdict",
        )
    elif step.verdict and step.verdict not in verdicts:
        yield Problem(
            "no_such_verdict",
            f"没有“{step.verdict}”这一处理意见。",
            f"可填：{listed}。"
            if listed
            else "本机关依法律文书答复，请只填文号（document）。",
            "/verdict",
        )


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
    *reviews.GUARDS,
)
