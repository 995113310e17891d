"""
An application for aid: once per case and person, of whom nobody out of sight is told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.aid.domain.application import AnotherCase, Clue, State
from services.aid.domain.applying import apply_for_aid
from services.aid.domain.elsewhere import require_another_case
from services.aid.events import AidOpened
from shared.errors import Conflict, Rejected
from shared.policy.current import current_policy
from tests.builders import places
from tests.builders.aid import (
    APPLIED,
    CASE,
    CLERK,
    COMMON,
    PERSON,
    TODAY,
    answers,
    decided,
    granted,
    verified,
)


def applying(earlier=(), *, case=CASE, may_see=lambda _: True, **facts):
    return apply_for_aid(
        case,
        earlier,
        PERSON,
        **{
            "identity": "a1",
            "today": TODAY,
            "by": CLERK,
            "once": True,
            "may_see": may_see,
            "origin": "on_application",
            "applied_on": date(2021, 5, 10),
            "hardship": "因案致贫，无其他收入来源",
        }
        | facts,
    )


# -- applying


def test_an_application_opens_and_names_nobody():
    application, event = applying()

    assert application == APPLIED
    assert event == AidOpened(
        **COMMON,
        occurred_on=date(2021, 5, 10),
        in_scope=True,
        origin="on_application",
    )


def test_an_application_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        applying(applied_on=date(2021, 5, 29), hardship=" ", origin="own_motion")

    assert places(refused) == {
        ("hardship_missing", "/hardship"),
        ("date_in_future", "/applied_on"),
        ("clue_missing", "/clue"),
    }


def test_own_motion_begins_with_the_clue_of_a_department():
    clue = Clue(found_on=date(2021, 5, 8), department="第一检察部")
    application, event = applying(origin="own_motion", clue=clue)

    assert application.clue == clue
    assert event.origin == "own_motion"
    with pytest.raises(Rejected) as refused:
        applying(clue=replace(clue, found_on=date(2021, 5, 11)))
    assert places(refused) == {("date_before_start", "/applied_on")}


def test_a_person_is_aided_once_in_a_case():
    with pytest.raises(Conflict) as refused:
        applying([replace(APPLIED, state=State.REFUSED), granted()])

    assert places(refused) == {("already_aided", "/person/id_no")}
    assert "a1" in refused.value.problems[0].detail


def test_another_office_is_told_of_no_application_that_it_may_not_see():
    with pytest.raises(Conflict) as refused:
        applying([granted(office="410923")], may_see=lambda code: code == "410902")

    assert places(refused) == {("already_aided", "/person/id_no")}
    assert "a1" not in refused.value.problems[0].detail


def test_after_a_refusal_a_person_may_apply_again():
    refusal, _ = decided(
        verified(refusals=answers(own_fault=True)), decision="refused", amount=None
    )

    assert refusal.once is None
    assert applying([refusal])[0].state is State.APPLIED


def test_a_merged_case_takes_no_applications_from_its_merge_on():
    merged = replace(CASE, merged_into="其他", merged_on=date(2021, 5, 10))

    with pytest.raises(Conflict) as refused:
        applying(case=merged)

    assert refused.value.code == "case_merged"
    assert applying(case=merged, applied_on=date(2021, 5, 9))


# -- at an office that this one does not see


def found(**said):
    return AnotherCase(
        **{"office": "410900", "on": TODAY, "document": "濮检核〔2021〕1号", **said}
    )


def required(answer, others=("410922",)):
    require_another_case(
        answer,
        others,
        office="410902",
        directory=current_policy().directory,
        today=TODAY,
    )


def test_whoever_applied_out_of_sight_waits_for_the_office_above_both():
    with pytest.raises(Conflict) as refused:
        required(None)

    (problem,) = refused.value.problems
    assert problem.code == "applied_elsewhere"
    assert "濮阳市人民检察院" in problem.remedy
    assert "清丰" not in problem.detail + problem.remedy
    assert "河南省" not in problem.remedy
    required(found())
    required(None, others=())


def test_nobody_finds_what_was_not_to_be_found():
    with pytest.raises(Rejected) as refused:
        required(found(office="nowhere", on=date(2999, 1, 1)), others=())

    assert places(refused) == {("finding_not_needed", "/another_case")}


def test_neither_office_finds_it_out_itself():
    with pytest.raises(Rejected) as refused:
        required(found(office="410922", on=date(2021, 5, 29)))

    assert places(refused) == {
        ("not_the_upper_office", "/another_case/office"),
        ("date_in_future", "/another_case/on"),
    }
