"""
Cases that pass from one office to another: where they count, on every day.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.assignment.domain import case_offices
from services.assignment.domain.case_offices import stock_of
from services.assignment.domain.duties.transitions import HAND_OVERS, state_after
from services.assignment.domain.facts.received import (
    CaseMerged,
    CaseRepeated,
    CaseUnmerged,
)
from services.assignment.domain.leaders import units
from services.assignment.events.moves import Stock
from tests.builders.facts import act, happened, replied
from tests.builders.moving_cases import DAY, HUB, START, A, B, C, Case, days

# -- what is counted


@pytest.mark.requirement("XQ-15")
def test_the_case_counts_at_the_new_office_from_the_day_of_the_move():
    case = Case().move(B, days(4))

    assert case.sums("base", days(3)) == {A: 1}
    assert case.sums("base", days(4)) == {B: 1}
    assert case.sums("repeats", days(4)) == {B: 2}
    labels = [each.label for each in case.entries if each.measure == "base"]
    assert labels == ["own_screening"] * 3


def test_a_case_out_of_scope_counts_nowhere():
    case = Case(in_scope=False).move(B, days(4))

    assert case.entries == []


def test_what_the_old_office_announced_late_follows_the_case():
    case = Case().move(B, days(4))
    late = CaseRepeated(on=days(3), counted=True)
    read = {"in_scope": True, "counted": True}
    case.post("intake.case_repeated", days(3), A, read)
    case.learn(late, by=A)

    assert case.sums("repeats", days(3)) == {A: 3}
    assert case.sums("repeats", days(4)) == {B: 3}


def test_a_merged_case_has_no_stock_until_the_merge_is_undone():
    facts = Case().matter.facts
    merged = {**facts, "m": CaseMerged(on=days(1))}

    assert not stock_of(merged)
    assert stock_of({**merged, "u": CaseUnmerged(on=days(2))}) == {
        Stock("own_screening", cases=1): 1,
        Stock(repeats=1): 2,
        Stock(led=1): 0,
    }


# -- units and history


def test_the_office_that_a_case_moved_to_leads_its_units():
    agreed = happened(
        "matter.units_agreed", days(1), units=((A, "lead"), (C, "co_handling"))
    )
    case = Case().learn(agreed).move(B, days(4))
    found = units.units_of(B, START, list(case.matter.facts.values()))

    assert [(unit.office, unit.role, unit.since) for unit in found] == [
        (B, "lead", days(4)),
        (C, "co_handling", days(1)),
    ]


def test_the_offices_of_a_case_stand_in_their_order():
    case = Case().move(B, days(1)).move(C, days(2)).move(A, days(3))

    facts = case.matter.facts.values()
    assert case_offices.had_by(case.matter.office, facts) == (A, B, C)
    assert case.matter.office == A


# -- whatever happens


OF_OFFICES = st.tuples(
    st.sampled_from(["move", "units", "move", "units", "step"]),
    st.sampled_from([A, B, C]),
    st.sampled_from([0, 10]),
)
STEPS = st.lists(
    st.one_of(
        OF_OFFICES,
        st.tuples(
            st.sampled_from(
                ["name", "reply", "plan", "resolve", "reopen", "hard", "told"]
            ),
            st.none(),
            st.integers(0, 40),
        ),
    ),
    max_size=9,
)


OF_ONE = {"name", "units", "step"}
"""
Steps that are of the office that has the case, and do nothing if it did not move.
"""


def lived(steps, *, moves=True, hand_over=True):
    """
    A case through *steps*, a week between them, each dated so many days back, but not
    moved before it can, no leader named and no unit agreed before the office had the
    case; and the unit that helps it, if there is one.
    """
    case, helping = Case(hand_over=hand_over), set()
    since = agreed_on = START
    for number, (what, to, back) in enumerate(steps, start=1):
        today = days(7 * number)
        on = max(START, today - DAY * back)
        if what == "move":
            if moves and to != case.matter.office and can_move(case, on):
                helping -= {case.matter.office, to}
                case.move(to, on)
                since = on
        elif what == "units":
            helping = {to} - {case.matter.office}
            parts = ((unit, "co_handling") for unit in helping)
            agreed = ((case.matter.office, "lead"), *parts)
            agreed_on = max(on, since, agreed_on)
            case.learn(happened("matter.units_agreed", agreed_on, units=agreed))
        elif what == "step":
            if to in {case.matter.office, *helping}:
                case.learn(a_step(number, today, to))
        elif what == "name":
            case.name(max(on, since))
        else:
            case.learn(FACTS[what](on))
    return case, days(7 * len(steps) + 400), helping


def can_move(case, on):
    facts, state = case.matter.facts.values(), "open"
    return not case.matter.is_over and not [
        *case_offices.problems(on, "/on", standing=state, merged=False, facts=facts)
    ]


FACTS = {
    "reply": replied,
    "plan": lambda on: act("push_plan", on, until=days(300), document="x", post="x"),
    "resolve": lambda on: happened("matter.case_resolved", on),
    "reopen": lambda on: happened("matter.case_reopened", on),
    "hard": lambda on: happened(
        "matter.case_appraised", on, in_scope=True, long_span=True
    ),
    "told": lambda on: act("progress_told", on),
}


def a_step(number, on, office):
    said = {"step": f"p{number}/1", "to_office": office, "until": on + DAY * 5}
    return happened("matter.plan_step_set", on, **said)


def overdue_on(duty, day):
    """
    The office at which a duty is overdue at the end of a day, from its steps and terms.
    """
    state, turn = "open", 0
    for step in duty.steps:
        if step.on > day:
            break
        turn += step.kind in HAND_OVERS
        state = state_after(step.kind)
    term = duty.terms[turn]
    late = state == "open" and term.due_on < day and not duty.backdated
    return term.office if late and duty.opened_on <= day else None


@settings(max_examples=60)
@given(STEPS)
def test_what_was_posted_is_what_is_overdue_on_every_day(steps):
    case, last, _ = lived(steps)
    for day in (START + DAY * n for n in range(0, (last - START).days, 3)):
        expected = Counter(
            office
            for duty in case.matter.duties.values()
            if (office := overdue_on(duty, day))
        )
        assert case.sums("overdue", day) == expected


@settings(max_examples=40)
@given(st.lists(OF_OFFICES, min_size=4, max_size=9))
def test_the_office_that_has_a_case_leads_its_units(steps):
    case, _, helping = lived(steps)
    found = units.units_of(case.matter.office, START, [*case.matter.facts.values()])

    assert units.lead_of(found) == case.matter.office
    assert {unit.office for unit in found} == {case.matter.office, *helping}


@settings(max_examples=40)
@example([("move", B, 0), ("step", B, 0), ("move", A, 10)])
@given(STEPS)
def test_no_office_owes_anything_of_a_case_that_it_has_no_more(steps):
    case, last, helping = lived(steps)
    now = {case.matter.office, HUB, *helping}

    assert {d.office for d in case.matter.duties.values() if not d.closed} <= now
    for measure in ("overdue", "base", "repeats"):
        assert case.sums(measure, last).keys() <= now
    assert case.sums("led", last) == (
        {case.matter.office: 1} if case.matter.is_led else {}
    )


@settings(max_examples=40)
@given(STEPS.map(lambda steps: [each for each in steps if each[0] not in OF_ONE]))
def test_moves_change_nothing_of_what_all_offices_together_have(steps):
    with_moves, last, _ = lived(steps, hand_over=False)
    without, *_ = lived(steps, moves=False, hand_over=False)
    for measure in ("overdue", "base", "repeats", "led"):
        for day in (START + DAY * n for n in range(0, (last - START).days, 5)):
            ours = sum(with_moves.sums(measure, day).values())
            assert ours == sum(without.sums(measure, day).values())
