"""
Steps of a petition that were recorded wrongly: withdrawn, or replaced by the right one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date

from services.intake.domain.deliveries import Delivery
from services.intake.domain.lifecycle import standing_after, take
from services.intake.domain.petitions import Petition, not_withdrawn
from services.intake.domain.step_guards import Circumstances
from services.intake.domain.steps import PASSING, Step
from services.intake.events import PetitionStepTaken, PetitionStepWithdrawn
from shared.errors import Conflict, Problem, reject_if
from shared.rules import day_has_come
from shared.vocabulary import DeliveryOutcome, PetitionStep


def withdraw_step(
    petition: Petition,
    wrong: Step,
    steps: Sequence[Step],
    deliveries: Collection[Delivery],
    *,
    on: date,
    today: date,
) -> tuple[Petition, PetitionStepWithdrawn]:
    """
    Take a step back: the petition is in the state before it again. *steps* are those
    that count, in their order.

    Raises `Conflict` unless it is the last of them, `Rejected` with every other reason.
    """
    _require_last(wrong, steps)
    reject_if(
        [
            *not_withdrawn(petition),
            *day_has_come(on, today, "/withdrawn_on", "撤销日期"),
            *_not_received(petition, wrong),
            *_not_delivered(wrong, deliveries),
        ]
    )
    return standing_after(petition, steps[:-1]), PetitionStepWithdrawn(
        office=petition.office,
        case_number=petition.number,
        occurred_on=max(on, wrong.on),
        programme=petition.programme,
        step=wrong.kind,
        step_id=wrong.id,
    )


def correct_step(
    petition: Petition,
    wrong: Step,
    right: Step,
    around: Circumstances,
    deliveries: Collection[Delivery],
    *,
    on: date,
) -> tuple[Petition, Step, tuple[PetitionStepTaken, PetitionStepWithdrawn]]:
    """
    Put the *right* step in the place of a wrong one, which is the last of those in the
    circumstances.

    Raises `Conflict` and `Rejected` as `withdraw_step` and `take` do.
    """
    steps, today = around.earlier, around.today
    before, taken_back = withdraw_step(
        petition, wrong, steps, deliveries, on=on, today=today
    )
    reject_if(_of_the_same_kind(wrong, right))
    earlier = replace(around, earlier=steps[:-1])
    after, step, taken = take(before, right, earlier)
    # The right one first: meanwhile what it discharges is not owed again.
    return after, step, (taken, taken_back)


def _require_last(wrong: Step, steps: Sequence[Step]) -> None:
    if wrong.withdrawn_on:
        raise Conflict.because(
            "step_withdrawn",
            f"这一步骤已于 {wrong.withdrawn_on} 撤销。",
            "请核对步骤的 id。",
        )
    if wrong != steps[-1]:
        later = steps[-1]
        raise Conflict.because(
            "later_step",
            f"其后又办理了“{later.kind.chinese}”（{later.on}）。",
            "请先撤销其后的步骤，或者办理新的步骤。",
        )


def _not_received(petition: Petition, wrong: Step) -> Iterator[Problem]:
    """
    What the receiver has registered as its own stays passed on, and its objection
    refused: it would be open for ever.
    """
    kept = {*PASSING, PetitionStep.OBJECTION_REFUSED}
    if wrong.kind in kept and petition.received_as:
        yield Problem(
            "already_received",
            f"接收单位已登记为 {petition.received_as}。",
            "请由接收单位按该编号办理。",
            "/step",
        )


def _not_delivered(wrong: Step, deliveries: Collection[Delivery]) -> Iterator[Problem]:
    """
    What the petitioner was told is not taken back by an entry.
    """
    failed = DeliveryOutcome.FAILED
    reached = [each for each in deliveries if each.step == wrong.id]
    told = next((each for each in reached if each.outcome is not failed), None)
    if told:
        yield Problem(
            "paper_delivered",
            f"这一步骤的文书已于 {told.on} 送达信访人。",
            "请办理新的步骤，并另行告知信访人。",
            "/step",
        )


def _of_the_same_kind(wrong: Step, right: Step) -> Iterator[Problem]:
    if right.kind is not wrong.kind:
        yield Problem(
            "another_step",
            f"原来登记的是“{wrong.kind.chinese}”，更正不能换成“{right.kind.chinese}”。",
            "请撤销原来的步骤，再办理应当办理的步骤。",
            "/right/step",
        )
