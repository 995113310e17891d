"""
Steps of a petition that were recorded wrongly: withdrawn, or replaced by the right one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from services.intake.domain.petitions.circumstances import Circumstances
from services.intake.domain.petitions.deliveries import Delivery
from services.intake.domain.petitions.lifecycle import (
    faults_of,
    standing_after,
    step_event,
)
from services.intake.domain.petitions.petitions import Petition, not_withdrawn
from services.intake.domain.petitions.reviews import asked_in_time
from services.intake.domain.petitions.step_guards import (
    already_received,
    objection_in_time,
)
from services.intake.domain.petitions.steps import PASSING, Step
from services.intake.events.lifecycle import PetitionStepTaken, PetitionStepWithdrawn
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
    return standing_after(petition, steps[:-1]), _withdrawn(petition, wrong, on)


def correct_step(
    petition: Petition,
    wrong: Step,
    right: Step,
    around: Circumstances,
    deliveries: Collection[Delivery],
    *,
    on: date,
    received_on: date | None = None,
) -> tuple[Petition, Step, tuple[PetitionStepTaken, PetitionStepWithdrawn]]:
    """
    Put the *right* step in the place of a wrong one, which is one of those in the
    circumstances. What later steps build on stays: the receiver, and the order of the
    days. *received_on*: the day on which the receiver registered the petition.

    Raises `Conflict` if the wrong one counts no more, `Rejected` with every reason.
    """
    _require_standing(wrong)
    place, steps = around.earlier.index(wrong), around.earlier
    before, later = replace(around, earlier=steps[:place]), steps[place + 1 :]
    right = replace(right, state=wrong.state, replaces=wrong.id, office=wrong.office)
    now = [*steps[:place], right, *later]
    # What the receiver has registered since was passed on by the step all the same.
    unreceived = replace(petition, received_as=None) if later else petition
    since = _at_the_end(petition, wrong, deliveries)
    if later:
        delivered_on = min(
            (d.on for d in deliveries if d.step == wrong.id), default=None
        )
        received = received_on if wrong.kind in PASSING else None
        since = _in_the_middle(
            wrong, right, later, delivered_on=delivered_on, received_on=received
        )
    reject_if(
        [
            *not_withdrawn(petition),
            *_of_the_same_kind(wrong, right),
            *_below_right(faults_of(unreceived, right, before)),
            *_below_right(since),
            *_below_right(_still_in_time(unreceived, now, place, around)),
        ]
    )
    # The right one first: meanwhile what it discharges is not owed again.
    events = step_event(petition, right), _withdrawn(petition, wrong, on)
    return standing_after(petition, now), right, events


def _at_the_end(
    petition: Petition, wrong: Step, deliveries: Collection[Delivery]
) -> Iterator[Problem]:
    yield from _not_received(petition, wrong)
    yield from _not_delivered(wrong, deliveries)


def _in_the_middle(
    wrong: Step,
    right: Step,
    later: Sequence[Step],
    *,
    delivered_on: date | None,
    received_on: date | None,
) -> Iterator[Problem]:
    """
    What stands against a correction because of what was done after the step;
    *delivered_on*: when its paper was first brought to the petitioner.
    """
    following = later[0]
    yield from _not_after(right.on, following.on, f"“{following.kind.chinese}”")
    yield from _not_after(right.on, delivered_on, "文书送达")
    yield from _not_after(right.on, received_on, "接收单位登记")
    for name in ("to_office", "organ"):
        if getattr(right, name) != getattr(wrong, name):
            yield Problem(
                "later_steps_build_on_it",
                "其后的步骤由原来的接收单位办理，接收单位不能更正。",
                "请保留接收单位；确系转错的，请先撤销其后的步骤。",
                f"/{name}",
            )


def _not_after(day: date, limit: date | None, what: str) -> Iterator[Problem]:
    if limit is not None and day > limit:
        yield Problem(
            "after_a_later_step",
            f"更正后的日期 {day} 晚于其后的{what}（{limit}）。",
            "请核对日期；其后登记有误的，请先更正其后的登记。",
            "/on",
        )


def _still_in_time(
    petition: Petition, steps: Sequence[Step], place: int, around: Circumstances
) -> Iterator[Problem]:
    """
    An objection that followed a corrected passing on is still one within the limit, and
    so is a request for a review.
    """
    for index in range(place + 1, len(steps)):
        then = replace(around, earlier=steps[:index])
        yield from objection_in_time(petition, steps[index], then)
        yield from asked_in_time(petition, steps[index], then)


def _below_right(problems: Iterable[Problem]) -> Iterator[Problem]:
    for problem in problems:
        yield replace(problem, location=f"/right{problem.location}")


def _withdrawn(petition: Petition, wrong: Step, on: date) -> PetitionStepWithdrawn:
    return PetitionStepWithdrawn(
        office=petition.office,
        case_number=petition.number,
        occurred_on=max(on, wrong.on),
        programme=petition.programme,
        step=wrong.kind,
        step_id=wrong.id,
    )


def _require_standing(wrong: Step) -> None:
    if wrong.withdrawn_on:
        raise Conflict.because(
            "step_withdrawn",
            f"这一步骤已于 {wrong.withdrawn_on} 撤销。",
            "请核对步骤的 id。",
        )


def _require_last(wrong: Step, steps: Sequence[Step]) -> None:
    _require_standing(wrong)
    if wrong != steps[-1]:
        later = steps[-1]
        raise Conflict.because(
            "later_step",
            f"其后又办理了“{later.kind.chinese}”（{later.on}）。",
            "请先撤销其后的步骤；只是登记有误的，请更正这一步骤。",
        )


def _not_received(petition: Petition, wrong: Step) -> Iterator[Problem]:
    """
    What the receiver has registered as its own stays passed on, and its objection
    refused: it would be open for ever.
    """
    needed = {*PASSING, PetitionStep.OBJECTION_REFUSED, PetitionStep.DISPUTE_UPHELD}
    if wrong.kind in needed and petition.received_as:
        yield already_received(petition, "这一步骤不能撤销")


def _not_delivered(wrong: Step, deliveries: Collection[Delivery]) -> Iterator[Problem]:
    """
    What the petitioner was told is not taken back by an entry.
    """
    failed = DeliveryOutcome.FAILED
    reached = [each for each in deliveries if each.step == wrong.id]
    delivered = next((each for each in reached if each.outcome is not failed), None)
    if delivered:
        yield Problem(
            "paper_delivered",
            f"这一步骤的文书已于 {delivered.on} 送达信访人。",
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
