"""
A person decides whether a petition is a repeat (A-16).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake.domain.cases.cases import Case, CountedRepeat, no_repeat, repeated
from services.intake.domain.cases.repeats import Earlier, MatterDecision, decide
from services.intake.domain.petitions.petitions import Petition
from shared.errors import Rejected
from shared.vocabulary import Category
from tests.builders import codes

TODAY = date(2020, 12, 1)
EARLIER = Earlier("410922-2020-0000001", date(2020, 3, 2), "410922-2019-0000009", "m")
MERGED = replace(EARLIER, merged_into="410922-2018-0000001")
LATER = Earlier("x", date(2020, 11, 21), "x", None)


def petition(**changes):
    fields = {
        "number": "410922-2020-0000007",
        "office": "410922",
        "programme": "puyang-2020",
        "received_on": date(2020, 11, 20),
        "channel": "letter",
        "category": Category.CLAIM,
        "case_kind": "complaint",
        "repeat_of": None,
        "origin": "letter",
    }
    return Petition(**fields | changes)


def decision(**changes):
    fields = {
        "id": "d1",
        "petition": "410922-2020-0000007",
        "decided_on": date(2020, 11, 23),
        "same_as": None,
        "new_facts": False,
        "reason": "核对原卷。",
    }
    return MatterDecision(**fields | changes)


def test_a_confirmed_repeat_is_of_the_first_petition_of_its_matter():
    after = decide(petition(), decision(same_as=EARLIER.number), EARLIER, today=TODAY)

    assert after.repeat_of == EARLIER.first
    assert after.matter_decided_on == date(2020, 11, 23)


@pytest.mark.parametrize("earlier", [None, EARLIER])
def test_new_facts_make_no_repeat(earlier):
    repeat = petition(repeat_of=EARLIER.first)
    said = decision(new_facts=True, same_as=earlier and earlier.number)

    assert decide(repeat, said, earlier, today=TODAY).repeat_of is None


def on(day):
    return {"new_facts": True, "decided_on": day}


@pytest.mark.parametrize(
    ("said", "earlier", "code"),
    [
        ({}, None, "decision_missing"),
        (
            {"same_as": "x"},
            LATER,
            "same_as_later",
        ),
        ({"same_as": EARLIER.number}, MERGED, "already_merged"),
        (
            {"same_as": "x"},
            Earlier("x", date(2020, 3, 2), "410922-2020-0000007", None),
            "same_as_itself",
        ),
        ({"new_facts": True, "decided_on": date(2020, 12, 2)}, None, "date_in_future"),
        (
            {"new_facts": True, "decided_on": date(2020, 11, 19)},
            None,
            "date_before_start",
        ),
    ],
)
def test_a_decision_that_cannot_be_is_refused(said, earlier, code):
    with pytest.raises(Rejected) as refused:
        decide(petition(), decision(**said), earlier, today=TODAY)

    assert codes(refused) == [code]


def test_nothing_is_decided_about_a_petition_that_is_withdrawn():
    gone = petition(withdrawn_on=date(2020, 11, 21))
    with pytest.raises(Rejected) as refused:
        decide(gone, decision(same_as=EARLIER.number), EARLIER, today=TODAY)

    assert codes(refused) == ["petition_withdrawn"]


@pytest.mark.parametrize(
    ("merged_into", "left", "counted"), [(None, 1, True), ("甲", 1, False)]
)
def test_a_repeat_that_is_none_is_taken_off_its_case(merged_into, left, counted):
    case = Case(
        number="乙",
        office="410922",
        programme="puyang-2020",
        opened_on=date(2020, 11, 2),
        track="campaign",
        in_scope=True,
        failing=(),
        repeats=2,
        origin="own_screening",
        case_kind="complaint",
        merged_into=merged_into,
    )
    day = date(2020, 11, 20)
    repeat = CountedRepeat(petition="p", case_number="乙", on=day, counted=True)
    after, event = no_repeat(case, repeat, date(2020, 11, 18), received_on=day)

    assert (after.repeats, event.counted) == (left, counted)
    assert (event.occurred_on, event.repeated_on) == (day, day)
    again, restored = repeated(after, date(2020, 11, 23), counted=True, received_on=day)

    assert (again.repeats, restored.counted) == (case.repeats, counted)
