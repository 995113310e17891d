"""
A step of registering, passing on or handing down that was missed is found in what was
owed, each once, however it is found (MX-21, MX-39).
"""

from __future__ import annotations

from datetime import date

import pytest

from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.matter import Matter
from services.assignment.domain.missed import missed_steps
from services.assignment.domain.recompute import escalate, recompute
from shared.policy.current import current_policy
from tests.builders import facts

RECEIVED, ACCEPTED, DUE = date(2020, 11, 5), date(2020, 11, 6), date(2020, 11, 13)
OFFICE, NUMBER = "610326", "p1"
POLICY = current_policy()
PROGRAMME = POLICY.programmes.get("meixian")


def told(change):
    """
    The steps that a change shows to be missed.
    """
    found = dict(missed_steps(change, PROGRAMME))
    return [(event.kind, event.due_on, event.missed_by) for event in found.values()]


def learned(matter, *new):
    return recompute(matter, {str(fact): fact for fact in new}, POLICY)


def accepted(*more):
    begun = facts.registered(RECEIVED, programme="meixian", office=OFFICE)
    matter = Matter(NUMBER, office=OFFICE)
    return learned(matter, begun, facts.step("accepted", ACCEPTED), *more)


def reached(change, today):
    """
    The escalation steps that have come until a day.
    """
    coming = [step for step in change.next_steps.values() if step and step.on <= today]
    return escalate(change.matter, coming, today, POLICY)


@pytest.mark.requirement("MX-21", "MX-39")
def test_what_is_passed_on_late_was_missed_although_nobody_says_so():
    change = accepted()
    in_time = learned(change.matter, facts.act("passed_on", DUE, to="控申部门"))
    late = learned(
        change.matter, facts.act("passed_on", date(2020, 11, 14), to="控申部门")
    )

    assert told(change) == []
    assert told(in_time) == []
    assert told(late) == [("passing_on", DUE, OFFICE)]


@pytest.mark.requirement("MX-21", "MX-39")
def test_what_is_never_passed_on_is_found_the_day_after_and_only_once():
    change = accepted()
    on_time, day_after = reached(change, DUE), reached(change, date(2020, 11, 14))
    found = dict(missed_steps(day_after, PROGRAMME))
    matter = day_after.matter
    known = recompute(
        matter, {key: fact_of(event) for key, event in found.items()}, POLICY
    )
    done = learned(
        known.matter, facts.act("passed_on", date(2020, 11, 20), to="控申部门")
    )

    assert told(on_time) == []
    assert told(day_after) == [("passing_on", DUE, OFFICE)]
    assert told(done) == []
    assert [d.due_on for d in known.duties if d.kind == "step_accountability"] == [
        date(2020, 11, 23)
    ]


def test_other_duties_are_no_such_steps():
    late = learned(accepted().matter, facts.replied(date(2020, 11, 19)))

    assert any(duty.kind == "procedural_reply" for duty in late.duties)
    assert told(late) == []
