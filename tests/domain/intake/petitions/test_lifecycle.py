"""
The life cycle of a petition from its registration to its handling (S3 .. S10).
"""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.domain.petitions import lifecycle, steps
from shared.errors import Conflict, Rejected
from shared.policy.current import current_policy
from shared.vocabulary import PetitionState, PetitionStep
from tests.builders import CITY, codes, places
from tests.builders.lifecycle import (
    DISPUTED,
    FINALLY,
    PETITION,
    REVIEWED,
    STATED,
    STEP,
    a_step,
    after,
    around,
    reviewed,
)


@pytest.mark.requirement("S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10")
@pytest.mark.parametrize(
    ("steps", "state"),
    [
        (("materials_asked",), "awaiting_materials"),
        (("materials_asked", "materials_complete"), "registered"),
        (("materials_asked", "materials_complete", "accepted"), "accepted"),
        (("accepted",), "accepted"),
        (("not_accepted",), "not_accepted"),
        (("guided_out",), "guided_out"),
        (("forwarded",), "forwarded"),
        (("forwarded", "objected"), "objected"),
        (("forwarded", "objected", "objection_refused"), "forwarded"),
        (("forwarded", "objected", "taken_back"), "registered"),
        (("accepted", "handed_down"), "handed_down"),
        (("accepted", "handed_down", "objected", "taken_back"), "accepted"),
        (("handed_down", "objected", "objection_refused"), "handed_down"),
        (("handed_down", *DISPUTED), "disputed"),
        (("handed_down", *DISPUTED, "taken_back"), "registered"),
        (("accepted", "handed_down", *DISPUTED, "dispute_returned"), "accepted"),
        (("handed_down", *DISPUTED, "dispute_upheld"), "handed_down"),
        (("forwarded", *DISPUTED, "dispute_upheld"), "forwarded"),
        (("handed_down", "taken_back", "accepted"), "accepted"),
        (("handed_down", "reported"), "reported"),
        (("already_handled",), "already_handled"),
        (("unable_to_reply",), "unable_to_reply"),
    ],
)
def test_steps_lead_to_a_state(steps, state):
    assert after(*steps).state == state


@pytest.mark.requirement("S17")
def test_an_opinion_decides_as_the_law_names_it_or_by_a_legal_document():
    rules = current_policy().programmes.get("xq-2020")
    verdicts = rules.verdicts_on(STEP, "township")

    def asked(verdict, **circumstances):
        step = a_step("opinion_issued", verdict=verdict)
        try:
            after("accepted", step, **circumstances)
        except Rejected as refused:
            return [problem.code for problem in refused.problems]
        return []

    assert [each.id for each in verdicts] == ["supported", "explained", "not_supported"]
    assert asked("explained", verdicts=verdicts) == []
    assert asked(None, verdicts=verdicts) == ["required"]
    assert asked("other", verdicts=verdicts) == ["no_such_verdict"]
    assert asked(None) == []
    assert asked("supported") == ["no_such_verdict"]


@pytest.mark.parametrize(
    ("steps", "next_step"),
    [
        (("materials_asked",), "accepted"),
        ((), "materials_complete"),
        (("not_accepted",), "accepted"),
        (("accepted",), "not_accepted"),
        (("forwarded",), "reported"),
        ((), "objected"),
        (("handed_down",), "accepted"),
    ],
)
def test_a_step_that_is_not_possible_names_those_that_are(steps, next_step):
    with pytest.raises(Conflict) as refused:
        after(*steps, next_step)

    assert codes(refused) == ["step_not_possible"]


def test_every_state_has_its_moves_and_every_step_its_place():
    reached = {step for moves in steps.MOVES.values() for step in moves}

    assert {*steps.MOVES} == {*PetitionState}
    assert reached == {*PetitionStep}


@pytest.mark.parametrize("name", [*STATED, "materials_complete"])
def test_a_step_states_what_it_has_to_and_nothing_of_another(name):
    way = {
        "objected": ("forwarded",),
        "objection_refused": ("forwarded", "objected"),
        "dispute_raised": ("forwarded", *DISPUTED[:2]),
        "dispute_returned": ("forwarded", *DISPUTED),
        "dispute_upheld": ("forwarded", *DISPUTED),
        "taken_back": ("forwarded",),
        "reported": ("handed_down",),
        "materials_complete": ("materials_asked",),
        "opinion_issued": REVIEWED[:1],
        "review_asked": REVIEWED[:2],
        "review_decided": REVIEWED[:3],
        "final_review_asked": REVIEWED,
        "final_review_decided": FINALLY,
    }.get(name, ())
    petition = after(*way, **reviewed())
    stated = set(STATED.get(name, ()))
    empty = dict.fromkeys(stated) | {"materials": ()}
    foreign = "reason" if name != "not_accepted" else "organ"
    before = map(a_step, way or ("forwarded", "handed_down"))
    circumstances = around(earlier=tuple(before), attempts=3, **reviewed())

    step = a_step(name, **{**empty, foreign: "x"})

    with pytest.raises(Rejected) as refused:
        lifecycle.take(petition, step, circumstances)

    found = places(refused)
    needed = stated - {"to_office"} if name == "forwarded" else stated
    assert {("required", f"/{field}") for field in needed} <= found
    assert ("not_of_this_step", f"/{foreign}") in found


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (a_step("accepted", on=date(2020, 11, 1)), "date_before_start"),
        (a_step("accepted", on=date(2020, 12, 2)), "date_in_future"),
        (a_step("not_accepted", reason="dislike"), "no_such_reason"),
        (a_step("forwarded", organ="某院"), "one_receiver"),
        (a_step("forwarded", to_office=None), "one_receiver"),
        (a_step("forwarded", to_office="123456"), "no_such_office"),
        (a_step("forwarded", to_office=CITY), "own_office"),
        (a_step("handed_down", to_office="410000"), "not_below"),
        (a_step("handed_down", report_by=date(2020, 11, 3)), "date_before_start"),
        (a_step("already_handled", same_as=PETITION.number), "same_petition"),
    ],
)
def test_what_is_wrong_with_a_step_is_said(step, code):
    with pytest.raises(Rejected) as refused:
        after(step)

    assert code in codes(refused)


@pytest.mark.requirement("TL-24")
def test_materials_are_asked_for_once():
    with pytest.raises(Rejected) as refused:
        after("materials_asked", "materials_complete", "materials_asked")

    assert codes(refused) == ["materials_asked_before"]


def test_what_a_step_refers_to_was_filed_with_its_petition():
    unshown = a_step("unable_to_reply", document_ids=())
    of_another = a_step("unable_to_reply", document_ids=("d1", "d2"))
    for step, code, place in [
        (unshown, "document_missing", "/document_ids"),
        (of_another, "no_such_document", "/document_ids/1"),
    ]:
        with pytest.raises(Rejected) as refused:
            after(step)
        assert places(refused) == {(code, place)}
