"""
Steps that were recorded wrongly: the petition is where it was before them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake.domain import lifecycle
from services.intake.domain.deliveries import Delivery
from services.intake.domain.step_corrections import correct_step, withdraw_step
from shared.errors import Conflict, Rejected
from shared.vocabulary import DeliveryOutcome, PetitionState, ReplyMode
from tests.builders import CITY, codes
from tests.builders.lifecycle import PETITION, STEP, TODAY, a_step, around

WAYS = [
    ("accepted",),
    ("accepted", "forwarded"),
    ("forwarded", "objected"),
    ("forwarded", "objected", "taken_back"),
    ("handed_down", "objected", "objection_refused"),
    ("handed_down", "reported"),
    ("materials_asked", "materials_complete"),
    ("materials_asked", "materials_complete", "not_accepted"),
]


def taken(*names):
    """
    The petition after these steps, and the steps as they are stored.
    """
    petition, done = PETITION, []
    for name in names:
        petition, step, _ = lifecycle.take(
            petition, a_step(name), around(earlier=tuple(done))
        )
        done.append(step)
    return petition, done


def back(petition, steps, told=(), wrong=None):
    return withdraw_step(
        petition, wrong or steps[-1], steps, told, on=TODAY, today=TODAY
    )


def delivery(step, outcome):
    return Delivery(
        id="d1",
        petition=PETITION.number,
        step=step.id,
        on=STEP,
        mode=ReplyMode.LETTER,
        outcome=outcome,
    )


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way[-1])
def test_a_step_that_is_withdrawn_leaves_the_petition_as_it_was_before_it(way):
    before, _ = taken(*way[:-1])
    petition, steps = taken(*way)
    again, event = back(petition, steps)

    assert again == before
    assert (event.step, event.step_id) == (way[-1], steps[-1].id)
    assert event.occurred_on == TODAY


def test_only_the_last_step_that_counts_can_be_withdrawn():
    petition, steps = taken("accepted", "forwarded")
    with pytest.raises(Conflict) as earlier:
        back(petition, steps, wrong=steps[0])
    with pytest.raises(Conflict) as twice:
        back(petition, steps, wrong=replace(steps[1], withdrawn_on=TODAY))

    assert codes(earlier) == ["later_step"]
    assert codes(twice) == ["step_withdrawn"]


@pytest.mark.parametrize(
    ("outcome", "refusal"),
    [
        (DeliveryOutcome.SIGNED, ["paper_delivered"]),
        (DeliveryOutcome.REFUSED, ["paper_delivered"]),
        (DeliveryOutcome.FAILED, []),
    ],
)
def test_what_the_petitioner_was_told_is_not_withdrawn(outcome, refusal):
    petition, steps = taken("accepted")
    told = [delivery(steps[0], outcome)]
    if not refusal:
        assert back(petition, steps, told)[0] == PETITION
        return
    with pytest.raises(Rejected) as refused:
        back(petition, steps, told)

    assert codes(refused) == refusal


@pytest.mark.parametrize(
    "way",
    [("handed_down",), ("handed_down", "objected", "objection_refused")],
    ids=lambda way: way[-1],
)
def test_what_was_received_stays_passed_on(way):
    petition, steps = taken(*way)
    received = replace(petition, received_as=f"{CITY}-2020-0000009")
    with pytest.raises(Rejected) as refused:
        back(received, steps)

    assert codes(refused) == ["already_received"]


def test_the_right_step_takes_the_place_of_the_wrong_one():
    petition, steps = taken("accepted", "forwarded")
    right = a_step("forwarded", document="转2", to_office=None, organ="某市公安局")
    after, step, (now, before) = correct_step(
        petition, steps[-1], right, around(earlier=tuple(steps)), [], on=TODAY
    )

    assert (after.state, after.to_office) == (PetitionState.FORWARDED, None)
    assert step.organ == "某市公安局"
    assert (now.step, before.step_id) == ("forwarded", steps[-1].id)


def test_a_correction_keeps_the_kind_of_step_and_its_guards():
    petition, steps = taken("accepted")
    circumstances = around(earlier=tuple(steps))
    with pytest.raises(Rejected) as another:
        correct_step(
            petition, steps[0], a_step("guided_out"), circumstances, [], on=TODAY
        )
    early = a_step("accepted", on=date(2020, 11, 1))
    with pytest.raises(Rejected) as dated:
        correct_step(petition, steps[0], early, circumstances, [], on=TODAY)

    assert codes(another) == ["another_step"]
    assert codes(dated) == ["date_before_start"]
