"""
What the units of a case owe, and cases that arose after the cut-off day.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.assignment.domain.case_offices import open_problems
from services.assignment.domain.closings.closing import NAMES, OVER
from services.assignment.domain.duties.changes import standing_of
from tests.builders.facts import handed_down, happened
from tests.builders.moving_cases import A, B, C, Case, days

# -- units that help


@pytest.mark.requirement("XQ-14", "XQ-32")
@pytest.mark.parametrize(
    ("standing", "facts", "words"),
    [
        ("open", (), None),
        ("open", ("intake.case_merged",), "已并入他案"),
        ("open", ("intake.case_withdrawn",), "已撤销登记"),
        *((state, (), NAMES[state]) for state in ("submitted", *sorted(OVER))),
    ],
)
def test_units_are_agreed_in_an_open_case_alone(standing, facts, words):
    problems = open_problems(
        standing,
        [happened(name, days(1)) for name in facts],
        "/number",
        merged=bool(facts),
        what="不再确定主办、协办单位",
    )
    told = [] if words is None else [f"本案{words}，不再确定主办、协办单位。"]

    assert [problem.detail for problem in problems] == told


def with_parts(case, on, *roles):
    return case.learn(happened("matter.units_agreed", on, units=roles))


def owed_by_units(case):
    return {
        (duty.kind, duty.office): (duty.state, duty.due_on)
        for duty in case.matter.duties.values()
        if duty.kind in {"co_handling", "cooperating"}
    }


@pytest.mark.requirement("XQ-32")
def test_each_unit_that_helps_owes_a_report_of_its_own():
    case = with_parts(
        Case(), days(1), (A, "lead"), (B, "co_handling"), (C, "cooperating")
    )
    told = happened("matter.unit_reported", days(9), to_office=B, role="co_handling")

    assert owed_by_units(case) == {
        ("co_handling", B): ("open", date(2020, 12, 3)),
        ("cooperating", C): ("open", date(2020, 12, 3)),
    }
    assert {
        key: state for key, (state, _) in owed_by_units(case.learn(told)).items()
    } == {("co_handling", B): "discharged", ("cooperating", C): "open"}
    assert case.sums("overdue", date(2020, 12, 4))[C] == 1


def test_a_unit_that_leads_now_or_left_owes_no_report():
    case = with_parts(
        Case(), days(1), (A, "lead"), (B, "co_handling"), (C, "cooperating")
    )
    with_parts(case.move(B, days(3), "units"), days(3), (B, "lead"), (A, "co_handling"))

    assert {key: state for key, (state, _) in owed_by_units(case).items()} == {
        ("co_handling", B): "released",
        ("cooperating", C): "released",
        ("co_handling", A): "open",
    }


def test_a_unit_that_helps_again_owes_its_word_again_from_that_day():
    # One month from 12 December, not from 3 November.
    case = with_parts(Case(), days(1), (A, "lead"), (B, "co_handling"))
    with_parts(case, days(5), (A, "lead"))
    with_parts(case, days(40), (A, "lead"), (B, "co_handling"))
    duties = [d for d in case.matter.duties.values() if d.kind == "co_handling"]
    told = happened("matter.unit_reported", days(50), to_office=B, role="co_handling")
    case.learn(told)
    after = [d.state for d in case.matter.duties.values() if d.kind == "co_handling"]

    assert [(duty.state, duty.due_on) for duty in duties] == [
        ("released", date(2020, 12, 3)),
        ("open", date(2021, 1, 12)),
    ]
    assert after == ["released", "discharged"]


# -- the everyday track


def everyday(case):
    """
    What a case owes of the everyday track: kind to state and due day.
    """
    return {
        duty.kind: (duty.state, duty.due_on)
        for duty in case.matter.duties.values()
        if duty.kind.startswith("everyday")
    }


@pytest.mark.requirement("XQ-18")
def test_what_arose_after_the_cut_off_day_has_the_clocks_of_everyday_work():
    case = Case(in_scope=False, track="everyday")
    named_in_time = case.name(days(3))

    # 2 November and sixty days: 1 January.
    assert everyday(named_in_time) == {
        "everyday_leader": ("discharged", days(7)),
        "everyday_outcome": ("open", date(2021, 1, 1)),
    }
    assert everyday(Case()) == {}


@pytest.mark.requirement("XQ-18")
def test_a_person_confirms_the_track_with_the_batch():
    to_campaign = Case(in_scope=False, track="everyday")
    to_campaign.learn(handed_down(days(2), track="campaign"))
    to_everyday = Case().learn(handed_down(days(2), track="everyday"))

    assert {state for state, _ in everyday(to_campaign).values()} == {"released"}
    assert everyday(to_everyday)["everyday_outcome"] == ("open", days(62))


def test_a_duty_counts_in_shares_at_the_office_that_owes_it_now():
    before = Case().duty("leader_named")
    after = Case().move(B, days(6)).duty("leader_named")

    assert [
        (each.office, each.due_before, each.due_on)
        for each in standing_of(after, before)
    ] == [(A, days(7), None), (B, None, days(13))]
