"""
The life cycle of a petition between its registration and its handling (S3 .. S10).

`MOVES` says which step is possible in which state; the guards of a step, and what it
has to state, stand below it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.intake.domain.petitions import Petition, not_withdrawn
from services.intake.events import NoticeDelivered, PetitionStepTaken
from shared.errors import Conflict, Problem, reject_if
from shared.policy.calendar import Calendar
from shared.policy.directory import Directory
from shared.policy.parts import Objections, RefusalReason
from shared.rules import (
    check_rules,
    day_has_come,
    day_not_before,
    documents_filed,
    not_the_accused,
    office_exists,
)
from shared.vocabulary import DeliveryOutcome, ReplyMode
from shared.vocabulary import PetitionState as State
from shared.vocabulary import PetitionStep as Kind


@dataclass(frozen=True, kw_only=True)
class Step:
    """
    One step of a petition, and the state that it led to.

    *document*: the number of its paper. *to_office* receives what is passed on, or
    *organ*, where that is none of the directory; *report_by*: until when it reports.
    *same_as*: the petition under which the same matter is being handled.
    *document_ids*: files of the petition that belong to it.
    """

    id: str
    petition: str
    kind: Kind
    on: date
    state: State
    document: str | None = None
    reason: str | None = None
    to_office: str | None = None
    organ: str | None = None
    report_by: date | None = None
    same_as: str | None = None
    materials: tuple[str, ...] = ()
    text: str | None = None
    document_ids: tuple[str, ...] = ()


BEFORE = "before"
"""
Instead of a state: the one before the petition was passed on, or objected to.
"""

_ENTRY = {
    Kind.ACCEPTED: State.ACCEPTED,
    Kind.NOT_ACCEPTED: State.NOT_ACCEPTED,
    Kind.GUIDED_OUT: State.GUIDED_OUT,
    Kind.FORWARDED: State.FORWARDED,
    Kind.HANDED_DOWN: State.HANDED_DOWN,
    Kind.ALREADY_HANDLED: State.ALREADY_HANDLED,
    Kind.UNABLE_TO_REPLY: State.UNABLE_TO_REPLY,
}
MOVES: Mapping[State, Mapping[Kind, State | str]] = {
    State.REGISTERED: {**_ENTRY, Kind.MATERIALS_ASKED: State.AWAITING_MATERIALS},
    State.AWAITING_MATERIALS: {
        Kind.MATERIALS_COMPLETE: State.REGISTERED,
        Kind.NOT_ACCEPTED: State.NOT_ACCEPTED,
        Kind.UNABLE_TO_REPLY: State.UNABLE_TO_REPLY,
    },
    State.ACCEPTED: {
        Kind.FORWARDED: State.FORWARDED,
        Kind.HANDED_DOWN: State.HANDED_DOWN,
        Kind.UNABLE_TO_REPLY: State.UNABLE_TO_REPLY,
    },
    State.FORWARDED: {Kind.OBJECTED: State.OBJECTED, Kind.TAKEN_BACK: BEFORE},
    State.HANDED_DOWN: {
        Kind.OBJECTED: State.OBJECTED,
        Kind.TAKEN_BACK: BEFORE,
        Kind.REPORTED: State.REPORTED,
    },
    State.OBJECTED: {Kind.TAKEN_BACK: BEFORE, Kind.OBJECTION_REFUSED: BEFORE},
    State.NOT_ACCEPTED: {},
    State.GUIDED_OUT: {},
    State.REPORTED: {},
    State.ALREADY_HANDLED: {},
    State.UNABLE_TO_REPLY: {},
}
"""
The state that a step leads to, by the state in which it is possible.
"""

BY_RECEIVER = frozenset({Kind.OBJECTED, Kind.REPORTED})
"""
The steps of the office that the petition was passed on to; all others are its own.
"""

WAITING = (State.FORWARDED, State.HANDED_DOWN)
"""
The states of a petition that its receiver has still to register.
"""

_NEEDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.MATERIALS_ASKED: ("document", "materials"),
    Kind.ACCEPTED: ("document",),
    Kind.NOT_ACCEPTED: ("document", "reason"),
    Kind.GUIDED_OUT: ("organ",),
    Kind.FORWARDED: ("document",),
    Kind.HANDED_DOWN: ("document", "to_office", "report_by"),
    Kind.OBJECTED: ("document", "text"),
    Kind.OBJECTION_REFUSED: ("text",),
    Kind.TAKEN_BACK: ("text",),
    Kind.REPORTED: ("document",),
    Kind.ALREADY_HANDLED: ("same_as",),
    Kind.UNABLE_TO_REPLY: ("text",),
}
_MAY: Mapping[Kind, tuple[str, ...]] = {Kind.FORWARDED: ("to_office", "organ")}
_TITLES = {
    "document": "文号",
    "materials": "应补正的材料",
    "reason": "不予受理的理由代码",
    "organ": "有权处理的机关",
    "to_office": "接收单位",
    "report_by": "报告日期",
    "same_as": "正在办理的信访件编号",
    "text": "理由",
}
_OF_SOME = tuple(name for name in _TITLES if name not in {"document", "text"})


@dataclass(frozen=True)
class Circumstances:
    """
    What the guards of a step look at besides the petition and the step itself.

    *earlier*: its steps so far, in their order. *attempts*: on how many days a paper
    could not be delivered, and *attempts_needed* how many there must be. *unreachable*:
    it names nobody who could be reached. *filed*: the ids of its documents.
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


def take(
    petition: Petition, step: Step, around: Circumstances
) -> tuple[Petition, Step, PetitionStepTaken]:
    """
    Let the petition take a step.

    Raises `Conflict` for a step that is not possible in its state, `Rejected` with
    every other reason.
    """
    _require_possible(petition, step.kind)
    reject_if(
        [
            *not_withdrawn(petition),
            *day_has_come(step.on, around.today, "/on"),
            *day_not_before(step.on, _last_day(petition, around.earlier), "/on"),
            *_fields(step),
            *documents_filed(step.document_ids, around.filed),
            *check_rules(_GUARDS, petition, step, around),
        ]
    )
    moved = MOVES[petition.state][step.kind]
    state = moved if isinstance(moved, State) else _before(step.kind, around.earlier)
    passed_on = state in (*WAITING, State.OBJECTED, State.REPORTED)
    passing = step.kind in {Kind.FORWARDED, Kind.HANDED_DOWN}
    to_office = step.to_office if passing else petition.to_office
    after = replace(petition, state=state, to_office=to_office if passed_on else None)
    return after, replace(step, state=state), _announced(petition, step)


def _announced(petition: Petition, step: Step) -> PetitionStepTaken:
    return PetitionStepTaken(
        office=petition.office,
        case_number=petition.number,
        occurred_on=step.on,
        programme=petition.programme,
        step=step.kind,
        category=petition.category,
        case_kind=petition.case_kind,
        to_office=step.to_office,
        report_by=step.report_by,
        reason=step.reason,
    )


def _require_possible(petition: Petition, kind: Kind) -> None:
    possible = MOVES[petition.state]
    if kind in possible:
        return
    steps = "、".join(f"{step.value}（{step.chinese}）" for step in possible)
    raise Conflict.because(
        "step_not_possible",
        f"信访件{petition.state.chinese}，不能再办理“{kind.chinese}”。",
        f"此时可以办理：{steps}。" if steps else "这件信访的受理环节已经结束。",
        "/step",
    )


def _last_day(petition: Petition, earlier: Sequence[Step]) -> date:
    return max([petition.received_on, *(step.on for step in earlier)])


def _before(kind: Kind, earlier: Sequence[Step]) -> State:
    """
    The state before the last step of passing on; for a refused objection, the one
    before the objection.
    """
    undone = (
        {Kind.OBJECTED}
        if kind is Kind.OBJECTION_REFUSED
        else {Kind.FORWARDED, Kind.HANDED_DOWN}
    )
    last = max(index for index, step in enumerate(earlier) if step.kind in undone)
    return earlier[last - 1].state if last else State.REGISTERED


def _fields(step: Step) -> Iterator[Problem]:
    """
    A step states what it has to, and nothing that belongs to another step.
    """
    needs = _NEEDS.get(step.kind, ())
    for name in needs:
        if not getattr(step, name):
            detail = f"“{step.kind.chinese}”须写明{_TITLES[name]}。"
            yield Problem("required", detail, "请补上此项。", f"/{name}")
    allowed = {*needs, *_MAY.get(step.kind, ())}
    for name in _OF_SOME:
        if getattr(step, name) and name not in allowed:
            detail = f"“{step.kind.chinese}”没有{_TITLES[name]}这一项。"
            yield Problem("not_of_this_step", detail, "请删去此项。", f"/{name}")


# -- guards


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


def _objection_in_time(
    _petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    The receiver objects within the limit of the programme (TL-04).
    """
    if step.kind is not Kind.OBJECTED or around.objections is None:
        return
    passed_on = max(
        each.on
        for each in around.earlier
        if each.kind in {Kind.FORWARDED, Kind.HANDED_DOWN}
    )
    due = around.calendar.due(passed_on, around.objections.limit).day
    if step.on > due:
        yield Problem(
            "objection_late",
            f"异议应在 {due} 前提出（{around.objections.source}）。",
            "请登记办理，或与转送、交办单位协商收回。",
            "/on",
        )


def _not_received(
    petition: Petition, step: Step, _around: Circumstances
) -> Iterator[Problem]:
    """
    What the receiver has registered as its own neither comes back nor is objected to.
    """
    back = {Kind.OBJECTED, Kind.TAKEN_BACK}
    if step.kind in back and petition.received_as:
        yield Problem(
            "already_received",
            f"接收单位已登记为 {petition.received_as}。",
            "请由接收单位按该编号办理。",
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
            "document_required",
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


_GUARDS = (
    _materials_once,
    _known_reason,
    _receiver,
    _another,
    _report_ahead,
    _objection_in_time,
    _not_received,
    _evidence,
)


# -- deliveries


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """
    An attempt to bring the paper of a *step*, named by its id, to the petitioner.
    """

    id: str
    petition: str
    step: str
    on: date
    mode: ReplyMode
    outcome: DeliveryOutcome
    note: str | None = None


def deliver(
    petition: Petition, delivery: Delivery, steps: Sequence[Step], *, today: date
) -> NoticeDelivered:
    """
    Record that the paper of a step was delivered, refused or could not be delivered.

    Raises `Rejected` with every reason.
    """
    step = next((each for each in steps if each.id == delivery.step), None)
    reject_if(
        [
            *not_withdrawn(petition),
            *day_has_come(delivery.on, today, "/on"),
            *day_not_before(delivery.on, step.on if step else None, "/on"),
            *_step_with_paper(step),
        ]
    )
    if step is None:
        raise AssertionError
    return NoticeDelivered(
        office=petition.office,
        case_number=petition.number,
        occurred_on=delivery.on,
        programme=petition.programme,
        step=step.kind,
        case_kind=petition.case_kind,
        mode=delivery.mode,
        outcome=delivery.outcome,
    )


def _step_with_paper(step: Step | None) -> Iterator[Problem]:
    if step is None or step.document is None or step.kind in BY_RECEIVER:
        yield Problem(
            "no_such_paper",
            "这件信访没有这一步骤，或者该步骤没有送达信访人的文书。",
            "请填写有文号的步骤的 id。",
            "/step",
        )


def failed_days(deliveries: Collection[Delivery]) -> int:
    """
    On how many days a paper could not be delivered (A-39).
    """
    failed = DeliveryOutcome.FAILED
    return len({each.on for each in deliveries if each.outcome is failed})


def is_unreachable(petitioner: Mapping[str, object] | None) -> bool:
    """
    Whether a petition names nobody who could be reached; None: it is anonymous.
    """
    known = petitioner or {}
    return not (known.get("phone") or known.get("address"))
