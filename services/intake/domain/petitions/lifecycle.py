"""
The life cycle of a petition: a step is taken if it is possible in the state of the
petition, states what it has to, and no guard forbids it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from services.intake.domain.petitions.circumstances import Circumstances
from services.intake.domain.petitions.petitions import Petition, not_withdrawn
from services.intake.domain.petitions.step_guards import GUARDS
from services.intake.domain.petitions.steps import (
    BY_CONFERENCE,
    MOVES,
    OPINIONS,
    PASSING,
    REQUESTS,
    REVIEWING,
    WAITING,
    Step,
)
from services.intake.events.lifecycle import PetitionStepTaken
from shared.errors import Conflict, Problem, reject_if
from shared.policy.directory_file import Level
from shared.policy.programme import Programme
from shared.rules import (
    check_rules,
    day_has_come,
    day_not_before,
    documents_filed,
)
from shared.vocabulary import PetitionState as State
from shared.vocabulary import PetitionStep as Kind

_NEEDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.MATERIALS_ASKED: ("document", "materials"),
    Kind.ACCEPTED: ("document",),
    Kind.NOT_ACCEPTED: ("document", "reason"),
    Kind.GUIDED_OUT: ("document", "organ"),
    Kind.FORWARDED: ("document",),
    Kind.HANDED_DOWN: ("document", "to_office", "report_by"),
    Kind.OBJECTED: ("document", "text"),
    Kind.OBJECTION_REFUSED: ("text",),
    Kind.DISPUTE_RAISED: ("document", "text"),
    **dict.fromkeys(BY_CONFERENCE, ("document", "text")),
    Kind.TAKEN_BACK: ("text",),
    Kind.REPORTED: ("document",),
    Kind.ALREADY_HANDLED: ("same_as",),
    Kind.UNABLE_TO_REPLY: ("text",),
    **dict.fromkeys(OPINIONS, ("document",)),
    **dict.fromkeys(REQUESTS, ("to_office",)),
}
_MAY: Mapping[Kind, tuple[str, ...]] = {
    Kind.FORWARDED: ("to_office", "organ"),
    **dict.fromkeys(OPINIONS, ("verdict",)),
}
_TITLES = {
    "document": "文号",
    "materials": "应补正的材料",
    "reason": "不予受理的理由代码",
    "organ": "有权处理的机关",
    "to_office": "接收单位",
    "report_by": "报告日期",
    "same_as": "正在办理的信访件编号",
    "verdict": "处理意见",
    "text": "理由",
}
_OF_SOME = tuple(name for name in _TITLES if name not in {"document", "text"})


def take(
    petition: Petition, step: Step, around: Circumstances
) -> tuple[Petition, Step, PetitionStepTaken]:
    """
    Let the petition take a step.

    Raises `Conflict` for a step that is not possible in its state, `Rejected` with
    every other reason.
    """
    _require_possible(petition, step.kind)
    reject_if([*not_withdrawn(petition), *faults_of(petition, step, around)])
    moved = MOVES[petition.state][step.kind]
    state = moved if isinstance(moved, State) else _before(step.kind, around.earlier)
    recorded = replace(step, state=state, office=petition.office)
    after = standing_after(petition, [*around.earlier, recorded])
    return after, recorded, step_event(petition, step)


def faults_of(
    petition: Petition, step: Step, around: Circumstances
) -> Iterator[Problem]:
    """
    What is wrong with a step that follows the *earlier* ones of its circumstances.
    """
    yield from day_has_come(step.on, around.today, "/on")
    yield from day_not_before(step.on, _last_day(petition, around.earlier), "/on")
    yield from _fields(step)
    yield from documents_filed(step.document_ids, around.filed)
    yield from check_rules(GUARDS, petition, step, around)


def standing_after(petition: Petition, steps: Sequence[Step]) -> Petition:
    """
    The petition in the state that its *steps* led to; it is with the receiver of the
    last passing on until that is taken back, and with who reviews the opinion on it.
    """
    state = steps[-1].state if steps else State.REGISTERED
    receiving = PASSING | REQUESTS
    receivers = [None, *(step.to_office for step in steps if step.kind in receiving)]
    passed_on = state in {
        *(*WAITING, *REVIEWING),
        *(State.OBJECTED, State.DISPUTED, State.REPORTED),
    }
    to_office = receivers[-1] if passed_on else None
    return replace(petition, state=state, to_office=to_office)


def origin_at_receiver(passed: Petition, programme: Programme, level: Level) -> str:
    """
    The origin of a petition that was *passed* on where it is received, in the words of
    the receiver's *programme*: what an office of a *level* handed down comes from it,
    whatever its first origin (A-46); what was forwarded keeps its own.
    """
    if passed.state is State.HANDED_DOWN:
        for origin in programme.origins:
            if origin.handed and origin.level == level:
                return origin.id
    same = passed.programme == programme.code
    return passed.origin if same else programme.own_origin.id


def step_event(petition: Petition, step: Step) -> PetitionStepTaken:
    """
    That a petition took a step.
    """
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
        step_id=step.id,
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
    before the objection, for an upheld passing on, the one before the dispute.
    """
    ends = {
        Kind.OBJECTION_REFUSED: {Kind.OBJECTED},
        Kind.DISPUTE_UPHELD: {Kind.DISPUTE_RAISED},
    }
    undone = ends.get(kind, PASSING)
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
