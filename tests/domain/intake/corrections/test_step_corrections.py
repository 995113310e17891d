"""
Steps that were recorded wrongly: the petition is where it was before them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from services.intake.domain.corrections.step_corrections import (
    correct_step,
    withdraw_step,
)
from services.intake.domain.petitions import lifecycle
from services.intake.domain.petitions.deliveries import (
    Delivery,
    correct_delivery,
    withdraw_delivery,
)
from services.intake.domain.petitions.steps import in_place, receiver_at, reviewers
from shared.errors import Conflict, Rejected
from shared.vocabulary import DeliveryOutcome, PetitionState, ReplyMode
from tests.builders import CITY, COUNTY, NEIGHBOUR, PROVINCE, codes, places
from tests.builders.lifecycle import (
    FINALLY,
    PETITION,
    REVIEWED,
    STEP,
    TODAY,
    a_step,
    after,
    around,
    reviewed,
)

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


def corrected(way, place, *, petition=None, told=(), received_on=None, **changes):
    """
    A way of steps on the same day, after the one at a place was corrected.
    """
    after, steps = taken(*way)
    wrong = steps[place]
    right = replace(wrong, id="right", **changes)
    return correct_step(
        petition or after,
        wrong,
        right,
        around(earlier=tuple(steps)),
        told,
        on=TODAY,
        received_on=received_on,
    )


def test_a_step_before_the_last_is_corrected_and_the_petition_stands_as_it_did():
    before, steps = taken("handed_down", "reported")
    day = date(2020, 11, 3)
    after, step, (now, gone) = corrected(
        ("handed_down", "reported"), 0, on=day, document="交2"
    )

    assert after == before
    assert (step.state, step.replaces) == (steps[0].state, steps[0].id)
    assert (now.occurred_on, now.to_office) == (day, steps[0].to_office)
    assert gone.step_id == steps[0].id


def test_what_later_steps_build_on_is_not_corrected_and_all_of_it_is_said_at_once():
    way = ("handed_down", "objected", "objection_refused")
    with pytest.raises(Rejected) as refused:
        corrected(way, 0, on=date(2020, 11, 30), to_office=NEIGHBOUR, document=None)

    assert places(refused) == {
        ("required", "/right/document"),
        ("after_a_later_step", "/right/on"),
        ("later_steps_build_on_it", "/right/to_office"),
    }


def test_a_corrected_day_stays_before_what_followed_from_the_step():
    early, late = date(2020, 10, 1), date(2020, 11, 4)
    told = [replace(delivery(a_step("accepted"), DeliveryOutcome.SIGNED), on=early)]
    received = replace(taken("handed_down", "reported")[0], received_as="1")
    with pytest.raises(Rejected) as before_it_was_told:
        corrected(("accepted", "forwarded"), 0, told=told)
    with pytest.raises(Rejected) as before_it_was_received:
        corrected(
            *(("handed_down", "reported"), 0),
            petition=received,
            received_on=early,
            on=late,
        )

    assert codes(before_it_was_told) == ["after_a_later_step"]
    assert codes(before_it_was_received) == ["after_a_later_step"]


def test_an_objection_stays_one_in_time():
    """
    Within five working days of 4 November, but not of 2 November.
    """
    petition, passed, _ = lifecycle.take(PETITION, a_step("forwarded"), around())
    last = around().calendar.due(STEP, around().objections.limit).day
    objection = a_step("objected", on=last)
    after, objected, _ = lifecycle.take(petition, objection, around(earlier=(passed,)))
    right = replace(passed, id="right", on=date(2020, 11, 2))
    steps = around(earlier=(passed, objected))
    with pytest.raises(Rejected) as refused:
        correct_step(after, passed, right, steps, [], on=TODAY)

    assert places(refused) == {("objection_late", "/right/on")}


def test_a_corrected_step_stands_where_the_wrong_one_stood():
    first, second, third = (a_step("accepted"), a_step("forwarded"), a_step("objected"))
    right = replace(first, id="right", replaces=first.id)
    again = replace(first, id="again", replaces="right")

    assert in_place([first, second, third, right, again]) == [
        *(first, right, again),
        *(second, third),
    ]


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


def test_a_delivery_is_corrected_unless_the_petition_ends_on_it():
    petition, steps = taken("accepted")
    wrong = delivery(steps[0], DeliveryOutcome.SIGNED)
    right = replace(wrong, id="d2", outcome=DeliveryOutcome.REFUSED)
    done = around(earlier=tuple(steps)), [wrong]
    now, gone = correct_delivery(petition, wrong, right, *done, on=TODAY)
    ended = replace(petition, state=PetitionState.UNABLE_TO_REPLY)
    early = replace(right, on=date(2020, 11, 1))
    with pytest.raises(Rejected) as relied_on:
        correct_delivery(ended, wrong, right, *done, on=TODAY)
    with pytest.raises(Rejected) as dated:
        correct_delivery(petition, wrong, early, *done, on=TODAY)

    assert (now.outcome, gone.outcome, gone.delivered_on) == ("refused", "signed", STEP)
    assert codes(relied_on) == ["evidence_of_the_end"]
    assert codes(dated) == ["date_before_start"]
    assert [each.location for each in dated.value.problems] == ["/right/on"]


def test_a_delivery_or_an_attempt_is_withdrawn_unless_the_petition_ends_on_it():
    petition, steps = taken("accepted")
    wrong = delivery(steps[0], DeliveryOutcome.SIGNED)
    call = replace(wrong, step=None, reply="procedural", outcome="failed")
    done = around(earlier=tuple(steps)), [wrong]

    withdrawn = partial(withdraw_delivery, petition, step=steps[0], on=TODAY)
    gone = withdrawn(wrong, *done)
    assert (gone.step, gone.outcome, gone.delivered_on) == ("accepted", "signed", STEP)
    assert withdraw_delivery(petition, call, *done, step=None, on=TODAY) is None

    ended = replace(petition, state=PetitionState.UNABLE_TO_REPLY)
    with pytest.raises(Rejected) as relied_on:
        withdraw_delivery(ended, call, *done, step=None, on=TODAY)
    assert codes(relied_on) == ["evidence_of_the_end"]
    with pytest.raises(Conflict):
        withdrawn(replace(wrong, withdrawn_on=TODAY), *done)


def test_a_delivery_of_a_step_that_was_withdrawn_since_is_taken_back_too():
    petition, (step, *_) = taken("accepted")
    wrong = delivery(step, DeliveryOutcome.FAILED)
    since = replace(step, withdrawn_on=TODAY)
    gone = withdraw_delivery(petition, wrong, around(), [wrong], step=since, on=TODAY)

    assert (gone.step, gone.outcome) == ("accepted", "failed")


@pytest.mark.requirement("TL-08")
def test_the_only_service_of_an_opinion_is_not_withdrawn_under_its_review():
    steps = tuple(a_step(name) for name in REVIEWED[:3])
    wrong = delivery(steps[1], DeliveryOutcome.SIGNED)
    also = replace(wrong, id="d3")
    asked = after(*REVIEWED[:3], **reviewed()), wrong
    circumstances = around(earlier=steps, **reviewed())
    with pytest.raises(Rejected) as refused:
        withdraw_delivery(*asked, circumstances, [wrong], step=steps[1], on=TODAY)

    assert codes(refused) == ["opinion_not_served"]
    both = [wrong, also]
    assert withdraw_delivery(*asked, circumstances, both, step=steps[1], on=TODAY)


@pytest.mark.requirement("TL-08")
@pytest.mark.parametrize(
    ("changes", "codes_then"),
    [
        ({"outcome": DeliveryOutcome.REFUSED}, []),
        ({"outcome": DeliveryOutcome.FAILED}, ["opinion_not_served"]),
        ({"on": date(2020, 11, 5)}, ["opinion_not_served"]),
    ],
)
def test_what_an_opinion_was_served_by_stays_what_a_review_was_asked_on(
    changes, codes_then
):
    """
    Served and asked for on 4 November.
    """
    steps = tuple(a_step(name) for name in REVIEWED[:3])
    wrong = delivery(steps[1], DeliveryOutcome.SIGNED)
    right = replace(wrong, id="d2", **changes)
    circumstances = around(earlier=steps, **reviewed())
    asked = after(*REVIEWED[:3], **reviewed()), wrong, right, circumstances, [wrong]
    if not codes_then:
        assert correct_delivery(*asked, on=TODAY)
        return
    with pytest.raises(Rejected) as refused:
        correct_delivery(*asked, on=TODAY)

    assert places(refused) == {(code, "/right/on") for code in codes_then}
    # Another record of the same service still shows it.
    also = replace(wrong, id="d3")
    assert correct_delivery(*asked[:4], [wrong, also], on=TODAY)


def test_a_step_is_of_the_office_that_had_the_petition_then():
    steps = [a_step(name) for name in (*FINALLY, "final_review_decided")]
    review, final = steps[3], steps[5]
    undone = replace(steps[4], id="gone", withdrawn_on=TODAY, to_office=COUNTY)

    assert receiver_at(review, steps) == PROVINCE
    assert receiver_at(final, steps) == "640100800"
    assert receiver_at(final, [*steps[:5], undone, final]) == "640100800"
    assert receiver_at(steps[1], steps) is None


def test_who_reviewed_an_opinion_stays_known_once_another_office_has_it():
    steps = [a_step(name) for name in FINALLY]
    undone = replace(steps[2], id="gone", withdrawn_on=TODAY, to_office=COUNTY)

    assert reviewers(steps[:2]) == set()
    assert reviewers(steps[:3]) == {PROVINCE}
    assert reviewers([*steps, undone]) == {PROVINCE, "640100800"}
