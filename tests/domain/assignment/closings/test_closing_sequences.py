"""
Whatever is done with a case in whatever order, in each of the five programmes: nothing
counts as resolved without its evidence and signatures, nobody signs for another, an
office owes nothing in a case that it no longer has, units that help owe their word, and
a case that is resolved owes nothing but what outlives it by intent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import facts
from tests.builders.closing_machine import FAULTS, PLACES, ClosingMachine
from tests.builders.facts import happened, named, registered
from tests.builders.matters import Known

# What the course of the case asks for next: as it should be, or with one fault.
NEXT = st.tuples(st.just("next"), st.sampled_from([*[None] * 9, *FAULTS]))
# What comes in between, and where there is a choice, which.
OTHERWISE = st.tuples(
    st.sampled_from(
        [
            *("sign", "confirm", "reopen", "withdraw", "move", "strike_off"),
            *("restore", "divide", "tell", "plan", "ask", "step", "aim"),
            "decide_level",
        ]
    ),
    st.integers(0, 4),
)
STEPS = st.lists(st.one_of(NEXT, NEXT, NEXT, NEXT, OTHERWISE), min_size=8, max_size=24)


# How many days later each step is done, in turn: several may be done on one day.
PAUSES = st.lists(st.integers(0, 1), min_size=1, max_size=5)


def lived(code, steps, pauses=(1,)):
    """
    The case after these steps, each of which left it as it may be.
    """
    case = ClosingMachine(code)
    for (step, choice), days in zip(steps, cycle(pauses), strict=False):
        case.do(step, choice, days)

        assert case.counted_as_resolved == int(case.matter.standing == "resolved")
        assert case.owing <= case.entitled_to_owe
        assert case.offices_owing("co_handling") == case.helping
        owing, wanted = case.plans_owed
        assert owing == wanted
        assert case.signed_in_turn()
        assert case.decided_by_nobody_else() == []
        if case.matter.standing in {"resolved", "ended"}:
            assert case.missing_in_closing() == []
        if case.matter.standing == "resolved":
            assert case.owed_without_reason == set()
    return case


@pytest.mark.requirement("JZ-32", "PY-33", "XQ-15", "XQ-27")
@pytest.mark.parametrize("code", PLACES)
@settings(max_examples=25, deadline=None)
@given(steps=STEPS, pauses=PAUSES)
def test_no_sequence_of_acts_resolves_a_case_without_its_evidence_and_signatures(
    code, steps, pauses
):
    lived(code, steps, pauses)


DIVIDED = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["divide", "tell", "move", "step"]), st.integers(0, 3)
        ),
        st.tuples(st.sampled_from(["divide", "next", "reopen"]), st.none()),
    ),
    min_size=4,
    max_size=16,
)


@pytest.mark.requirement("XQ-32")
@settings(max_examples=25, deadline=None)
@given(steps=DIVIDED, pauses=PAUSES)
def test_units_that_help_owe_their_word_and_no_other_does_wherever_a_case_goes(
    steps, pauses
):
    lived("xq-2020", steps, pauses)


@pytest.mark.requirement("XQ-32")
def test_a_unit_that_reported_and_left_and_helps_again_on_one_day_owes_its_word():
    steps = [("divide", 1), ("tell", 0), ("divide", None), ("divide", 1)]

    assert lived("xq-2020", steps, [0]).helping == {"640104002"}


# A version of the plan and a finding, each decided on as it should be or with a fault,
# and anything between them.
_CHOICE = st.integers(0, 4)
ROUNDS = st.tuples(_CHOICE, _CHOICE, _CHOICE).map(
    lambda chosen: [
        *(("draft", 0), ("decide_plan", chosen[0])),
        *(("find", 0), ("correct", chosen[1]), ("judge", chosen[2])),
    ]
)
BETWEEN = st.sampled_from(["draft", "decide_plan", "correct", "judge", "next", "move"])
APPROVALS = st.lists(
    st.one_of(ROUNDS, ROUNDS, st.tuples(BETWEEN, _CHOICE).map(lambda step: [step])),
    min_size=2,
    max_size=6,
).map(lambda rounds: [("next", None), *(step for each in rounds for step in each)])


@pytest.mark.requirement("JZ-48", "XQ-23", "XQ-37")
@settings(max_examples=25, deadline=None)
@given(steps=APPROVALS, pauses=PAUSES)
def test_no_plan_is_in_force_and_no_correction_accepted_by_who_made_it(steps, pauses):
    lived("xq-2020", steps, pauses)


def test_a_plan_is_approved_and_replaced_and_a_correction_returned_and_accepted():
    version = [("draft", 0), ("decide_plan", 0)]
    judged = [("find", 0), ("correct", 0), ("judge", 4), ("correct", 0), ("judge", 0)]
    case = lived("xq-2020", [("next", None), *version, *version, *judged])

    assert [plan.state for plan in case.plans] == ["replaced", "in_force"]
    assert case.finding.state == "accepted"


@pytest.mark.requirement("XQ-14")
@pytest.mark.parametrize("pauses", [[0], [1], [0, 1], [1, 0]])
def test_a_leader_named_while_a_case_is_struck_off_is_named_once_it_is_restored(pauses):
    steps = [("strike_off", 0), ("next", None), ("restore", 0)]

    for course in (steps, [*steps, *steps], [*steps, ("move", 0), *steps]):
        case = lived("puyang-2020", course, pauses)
        assert case.offices_owing("leader_named") == set()


def test_a_case_that_was_led_at_each_office_of_a_day_is_led():
    lead, move = ("next", None), ("move", 0)
    case = lived("puyang-2020", [lead, move, lead, move, lead], [0])

    assert case.offices_owing("leader_named") == set()


@pytest.mark.requirement("XQ-32")
def test_a_unit_that_helps_from_the_day_of_a_flow_back_owes_its_word():
    steps = [*[("next", None)] * 6, ("reopen", 0), ("divide", 1)]

    assert lived("xq-2020", steps, [0]).helping == {"640104002"}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("code", "kind"), [*((code, 0) for code in PLACES), ("jiaozuo-2021", 1)]
)
def test_no_fault_leads_to_a_resolution_or_an_ending_wherever_it_is_made(
    code, fault, kind
):
    steps = [("next", None), *[("next", fault), ("next", None)] * 12]
    lived(code, [("aim", kind), *steps])


@pytest.mark.requirement("JZ-31", "PY-34")
@pytest.mark.parametrize("code", PLACES)
def test_a_case_is_ended_with_every_level_and_anew_after_a_flow_back(code):
    course = [("aim", 1), *[("next", None)] * 16]
    case = lived(code, course)
    levels = len(case.ending_rules.levels) if case.ending_rules else 0
    assert (case.matter.standing, len(case.agreed)) == ("ended", levels)

    again = lived(code, [*course, ("reopen", 0), *course])
    assert (again.matter.standing, len(again.agreed)) == ("ended", levels)


@pytest.mark.parametrize("code", PLACES)
def test_a_case_closed_as_it_should_be_is_resolved_and_again_after_a_flow_back(code):
    # Fault 10: what was explained before the case flowed back is said to settle it.
    course = [("next", 10), *[("next", None)] * 12]
    asked = [("ask", 0), ("ask", 1)]
    for steps in (course, [*asked, *course, ("reopen", 0), *asked, *course]):
        assert lived(code, steps).matter.standing == "resolved"


def test_a_post_that_nobody_holds_is_not_signed_for():
    case = ClosingMachine("jiaozuo-2021")
    office = case.seats.offices["hub"]
    posts = {title: post for title, post in office.posts.items() if not post.chief}
    vacant = replace(
        case.seats, offices={**case.seats.offices, "hub": replace(office, posts=posts)}
    )

    assert vacant.posts_of(case.route.signers[2]) == ()


@pytest.mark.requirement("XQ-14")
@settings(max_examples=25, deadline=None)
@given(
    days=st.lists(st.integers(1, 40), min_size=1, max_size=3, unique=True),
    later=st.lists(st.integers(1, 60), max_size=3),
)
def test_a_case_that_is_struck_off_owes_nothing_and_restored_what_it_owed(days, later):
    start = date(2020, 11, 20)
    matter = Known("puyang-2020").learn(facts.opened(start))
    owed = {duty.id for duty in matter.duties.values() if not duty.closed}
    happenings = [
        ("matter.case_struck_off", "matter.case_restored")[n % 2]
        for n in (range(len(days)))
    ]
    for name, day in zip(happenings, sorted(days), strict=True):
        matter.learn(happened(name, start + timedelta(days=day)))
    for day in later:
        received = start + timedelta(days=day)
        matter.learn(happened("matter.closing_submitted", received, closing=str(day)))
    still = {duty.id for duty in matter.duties.values() if not duty.closed}

    assert owed <= still if len(days) % 2 == 0 else not still


def test_the_answer_to_a_petition_is_owed_though_its_case_is_struck_off():
    start = date(2020, 11, 20)
    matter = Known("puyang-2020").learn(
        registered(start),
        facts.opened(start),
        named(start, ("410922", "检察长")),
        happened("matter.case_struck_off", start),
    )
    still = {duty.kind for duty in matter.duties.values() if not duty.closed}

    assert still == {"procedural_reply", "three_month_answer"}
