"""
Cases that pass from one office to another: what is owed, and who leads.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.assignment.domain.consequences.duty_facts import facts_of_duties, turns_of
from services.assignment.domain.duties.instances import instances
from services.assignment.domain.duties.ledger import owners_of
from services.assignment.domain.duties.transitions import run_all
from tests.builders.facts import NUMBER, happened, named
from tests.builders.moving_cases import CODE, DAY, HUB, SECRETARY, A, B, C, Case, days

# -- what is owed


@pytest.mark.requirement("XQ-15")
def test_the_new_office_owes_what_is_open_with_the_time_that_the_programme_gives():
    # A week from the case: 9 November; handed on on the 8th, a week from there.
    case = Case().move(B, days(6))
    owed = case.duty("leader_named")

    assert (owed.office, owed.due_on) == (B, days(13))
    assert [(term.office, term.due_on) for term in owed.past] == [(A, days(7))]
    # What is due later anyway stays so.
    assert case.duty("progress_notice").due_on == date(2020, 12, 2)
    assert case.duty("progress_notice").office == B


def test_what_was_overdue_before_the_move_stays_in_the_history_of_the_old_office():
    case = Case().move(B, days(10))

    assert case.sums("overdue", days(9)) == {A: 1}
    assert case.sums("overdue", days(10)) == {}
    assert case.sums("overdue", days(17)) == {}
    assert case.sums("overdue", days(18)) == {B: 1}


def test_without_hand_over_time_what_is_overdue_is_overdue_at_the_new_office():
    case = Case(hand_over=False).move(B, days(10))

    assert case.sums("overdue", days(9)) == {A: 1}
    assert case.sums("overdue", days(10)) == {B: 1}


@pytest.mark.requirement("XQ-20")
def test_the_new_office_owes_a_leader_of_its_own():
    case = Case().name(days(2))
    before = case.duty("leader_named")
    case.move(B, days(4))
    owed = case.duty("leader_named")
    case.name(days(4))

    assert (before.state, before.office) == ("discharged", A)
    assert (owed.state, owed.office, owed.due_on) == ("open", B, days(11))
    assert case.matter.leaders == ((B, SECRETARY),)
    assert case.duty("leader_named").state == "discharged"
    assert case.sums("led", days(3)) == {A: 1}
    assert case.sums("led", days(4)) == {B: 1}


def test_the_leader_of_the_old_office_leads_until_the_move():
    case = Case().name(days(2)).move(B, days(4))

    assert case.matter.leaders == ()
    assert case.matter.department is None
    assert not case.matter.is_led


def test_a_leader_of_the_conference_stays():
    case = Case().learn(named(days(1), (HUB, "区委书记"))).name(days(2))
    case.move(B, days(4))

    assert case.matter.leaders == ((HUB, "区委书记"),)


def test_a_fact_of_before_the_move_that_comes_late_counts_for_the_old_office():
    case = Case().move(B, days(10))
    case.learn(happened("matter.case_resolved", days(5)))

    assert (case.duty("resolve_by").office, case.duty("resolve_by").past) == (A, ())
    assert case.duty("leader_named").office == B
    assert case.sums("overdue", date(2022, 12, 31) + DAY) == {B: 1}


def test_what_is_due_on_another_day_by_signature_after_the_move_is_due_then():
    case = Case().move(B, days(6))
    owed = case.duty("leader_named")
    signed = happened(
        "matter.duty_overridden",
        days(7),
        duty=owed.id,
        until=days(9),
        due_before=owed.due_on,
    )
    case.learn(signed)

    assert case.duty("leader_named").due_on == days(9)
    assert case.sums("overdue", days(10)) == {B: 1}
    assert case.sums("overdue", days(7)) == {}


def a_step(place, on, office=A):
    """
    A step of a plan, of the office that set it or of another.
    """
    return happened(
        "matter.plan_step_set",
        on,
        step=f"p1/{place}",
        to_office=office,
        until=days(60 + place),
    )


def owing(case):
    """
    Who owes each step of the plan, by the day until which it is to be done.
    """
    found = (d for d in case.matter.duties.values() if d.kind == "plan_step")
    return [duty.office for duty in sorted(found, key=lambda duty: duty.due_on)]


def test_the_steps_that_the_old_office_set_for_itself_pass_on_with_the_case():
    case = Case().learn(a_step(1, days(2)), a_step(2, days(2), C)).move(B, days(4))
    case.learn(a_step(3, days(5)))

    assert owing(case) == [B, C, A]
    assert [term.office for term in case.duty_of("p1/1").past] == [A]
    done = happened("matter.plan_step_done", days(6), step="p1/1")
    assert case.learn(done).duty_of("p1/1").state == "discharged"


def agreed_on(day, *helping, lead=A):
    units = ((lead, "lead"), *((unit, "co_handling") for unit in helping))
    return happened("matter.units_agreed", day, units=units)


@pytest.mark.requirement("XQ-23", "XQ-32")
def test_the_steps_of_a_unit_that_leaves_pass_to_the_office_that_has_the_case():
    case = Case().learn(agreed_on(days(1), C), a_step(1, days(2), C))
    overdue = happened(
        "matter.plan_step_set", days(2), step="p1/2", to_office=C, until=days(5)
    )
    case.learn(overdue, agreed_on(days(7)), agreed_on(days(8)))
    left = owing(case)
    late = case.duty_of("p1/2")

    assert left == [A, A]
    assert [(term.office, term.due_on) for term in late.past] == [(C, days(5))]
    assert late.due_on == days(14)  # a week from the seventh day on, as on a move
    assert owing(case.move(B, days(9))) == [B, B]
    # A unit that helps again does its steps.
    assert owing(case.learn(agreed_on(days(10), C, lead=B))) == [C, C]
    # Whoever led a case as a unit that helped it before has them no more once it moved.
    assert owing(case.move(C, days(11)).move(A, days(12))) == [A, A]


def test_a_step_that_was_set_late_for_a_unit_that_had_left_is_of_who_has_the_case():
    case = Case().learn(agreed_on(days(1), C), a_step(1, days(4), C))
    case.learn(agreed_on(days(3)))

    assert owing(case) == [A]
    assert case.duty_of("p1/1").past == ()


def test_what_is_opened_after_the_case_flowed_back_is_owed():
    agreed = happened(
        "matter.units_agreed", days(9), units=((A, "lead"), (C, "co_handling"))
    )
    case = Case().learn(
        happened("matter.case_resolved", days(5)),
        happened("matter.case_reopened", days(8)),
        a_step(1, days(9)),
        agreed,
    )
    opened_again = case.duty_of("p1/1"), case.duty("co_handling")
    case.learn(happened("matter.case_resolved", days(20)))

    assert [duty.state for duty in opened_again] == ["open", "open"]
    assert case.duty_of("p1/1").steps[-1].on == days(20)
    assert case.duty("co_handling").state == "released"


def test_a_step_is_released_by_a_resolution_that_comes_late():
    case = Case().learn(a_step(1, days(9)))
    case.learn(happened("matter.case_resolved", days(8)))

    assert case.duty_of("p1/1").state == "released"


def test_a_unit_that_helps_is_released_by_a_resolution_that_was_before_it():
    """
    A case is concluded on a day before its report, which may be before the agreement.
    """
    units = ((A, "lead"), (C, "co_handling"))
    case = Case().learn(happened("matter.units_agreed", days(9), units=units))
    case.learn(happened("matter.case_resolved", days(8)))

    assert case.duty("co_handling").state == "released"


def explained(case):
    """
    The due day of each duty, counted as its explanation counts it.
    """
    matter, programme = case.matter, case.policy.programmes.get(CODE)
    facts = facts_of_duties(
        matter.facts,
        matter.office,
        matter.opened_on,
        matter.led,
        is_case=matter.is_case,
        sensitive_days=programme.settings.sensitive_days,
    )
    office = case.policy.directory.office(matter.office)
    outcomes = run_all(
        instances(facts, programme, office),
        NUMBER,
        facts,
        case.policy.calendar,
        owners_of(
            facts,
            turns_of(facts, matter.office, matter.opened_on, programme, case.policy),
        ),
    )
    return {
        each.identity: each.deadline.explain(case.policy.calendar)[-1].day
        for each in outcomes
    }


def test_an_explanation_counts_to_the_due_day_also_after_a_move():
    agreed = happened(
        "matter.units_agreed", days(1), units=((A, "lead"), (C, "co_handling"))
    )
    case = Case().learn(agreed, a_step(1, days(2))).move(B, days(6))
    found = explained(case)

    assert found == {duty.id: duty.due_on for duty in case.matter.duties.values()}
    assert found[case.duty("leader_named").id] == days(13)
