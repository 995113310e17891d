"""
When a case may pass to another office, and what ends with it.
"""

from __future__ import annotations

import pytest

from services.assignment.domain import case_offices
from services.assignment.domain.escalation.notice_course import courses
from services.assignment.domain.facts.received import CaseRepeated, CaseUnmerged
from services.assignment.domain.leaders import units
from tests.builders.facts import happened, named, opened
from tests.builders.moving_cases import SECRETARY, START, A, B, C, Case, days


@pytest.mark.parametrize(
    ("standing", "merged", "on", "code"),
    [
        ("resolved", False, days(9), "case_not_open"),
        ("submitted", False, days(9), "case_not_open"),
        ("open", True, days(9), "case_not_open"),
        ("open", False, days(3), "before_last_move"),
    ],
)
def test_why_a_case_cannot_move(standing, merged, on, code):
    facts = Case().move(B, days(4)).matter.facts.values()
    found = case_offices.problems(
        on, "/to_office", standing=standing, merged=merged, facts=facts
    )

    assert [problem.code for problem in found] == [code]


@pytest.mark.parametrize(
    "counted",
    [
        opened(days(3)),
        CaseRepeated(on=days(3), counted=True),
        CaseUnmerged(on=days(3)),
        named(days(3), (A, SECRETARY)),
        happened("matter.units_agreed", days(3), units=((A, "lead"),)),
    ],
)
def test_a_case_does_not_move_before_what_it_counts_for_its_office(counted):
    facts = [opened(START), counted]

    def codes(on):
        found = case_offices.problems(
            on, "/to", standing="open", merged=False, facts=facts
        )
        return [problem.code for problem in found]

    assert codes(days(2)) == ["before_it_counted"]
    assert codes(days(3)) == []


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_a_case_accuses_whom_its_last_correction_names(order):
    corrected = {
        1: happened("intake.case_corrected", days(1), correction=1, accused_office=B),
        2: happened("intake.case_corrected", days(1), correction=2, accused_office=C),
    }
    first = opened(START, accused_office=A)

    assert units.accused_in([]) is None
    assert units.accused_in([first]) == A
    assert units.accused_in([corrected[1], first]) == B
    assert units.accused_in([first, *(corrected[n] for n in order)]) == C


def test_a_case_whose_ending_waits_for_a_decision_does_not_move():
    waits = happened("matter.ending_waits", days(1), ending="e", step="e/1")
    decided = happened("matter.ending_decided", days(2), ending="e", step="e/1")
    facts = [*Case().learn(waits).matter.facts.values()]

    def codes(*more):
        found = case_offices.problems(
            days(3), "/to", standing="open", merged=False, facts=(*facts, *more)
        )
        return [problem.code for problem in found]

    assert codes() == ["ending_waiting"]
    assert codes(decided) == []
    assert codes(happened("matter.case_reopened", days(2))) == []


def test_a_notice_to_the_office_that_had_the_case_ends_with_the_move():
    case = Case()
    issued = happened(
        "matter.supervision_issued",
        days(8),
        notice="n1",
        duty=case.duty("leader_named").id,
        to_office=A,
        reply_by=days(12),
    )
    case.learn(issued)
    before = case.duty("leader_named")
    case.move(B, days(9))
    after = case.duty("leader_named")

    assert (before.supervised, after.supervised) == (True, False)
    assert {notice.can_end for notice in courses(case.matter.facts.values())} == {False}


def test_a_case_moves_so_often_and_no_more():
    case = Case()
    for turn in range(case_offices.MOST_MOVES):
        case.move([B, A][turn % 2], days(1 + turn))
    found = case_offices.problems(
        days(99),
        "/number",
        standing="open",
        merged=False,
        facts=case.matter.facts.values(),
    )

    assert [problem.code for problem in found] == ["moved_too_often"]
