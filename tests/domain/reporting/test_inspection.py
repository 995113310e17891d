"""
Candidates for inspection: which offices a threshold names, worst first, and why.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.reporting.domain.figures import Counts, Goal
from services.reporting.domain.inspection import candidates
from services.reporting.domain.measures import registry
from shared.policy.parts.escalation import Threshold


def counts(listed=None, **live):
    every = dict.fromkeys(registry().additive, 0)
    return Counts(every | live, listed and {"ended": 0, **listed})


def a_threshold(measure, at, value=None):
    return Threshold("t", "某项", measure, at, "PY-37", value)


def named(threshold, offices, percent=30):
    goal = Goal(date(2020, 12, 31), percent)
    found = candidates([threshold], lambda _days: offices, goal, registry())
    return [each.office for each in found]


def open_cases(**offices):
    # One more was resolved, ended and concluded in each office.
    closed = {"resolved": 1, "ended": 1, "concluded": 1}
    return {office: counts(base=n + 3, **closed) for office, n in offices.items()}


def test_the_top_quartile_by_open_cases_is_named_most_first():
    offices = open_cases(a=1, b=9, c=3, d=2, e=8, f=1, g=1, h=1)

    assert named(a_threshold("open_cases", "top_quartile"), offices) == ["b", "e"]


def test_where_all_stand_alike_nobody_stands_out():
    offices = open_cases(a=2, b=2, c=2)

    assert named(a_threshold("open_cases", "top_quartile"), offices) == []


def test_an_office_without_cases_has_no_rate_and_is_no_candidate():
    offices = {
        "a": counts(base=10, resolved=1),
        "b": counts(base=10, resolved=9),
        "c": counts(),
    }

    assert named(a_threshold("rate", "bottom_quartile"), offices) == ["a"]


@pytest.mark.parametrize(
    ("resolved", "is_named"), [(29, True), (30, False), (31, False)]
)
def test_behind_is_who_is_below_the_milestone_and_not_on_it(resolved, is_named):
    offices = {"a": counts(base=100, resolved=resolved)}

    assert bool(named(a_threshold("behind_milestone", "below"), offices)) is is_named


def test_who_is_behind_is_measured_on_the_frozen_list_as_in_the_return():
    # 30 of 100 as they stand, 29 of 100 on the list.
    offices = {"a": counts(base=100, resolved=30, listed={"base": 100, "resolved": 29})}

    assert named(a_threshold("behind_milestone", "below"), offices) == ["a"]


@pytest.mark.parametrize(("overdue", "is_named"), [(2, False), (3, True), (4, True)])
def test_a_stated_number_is_reached_by_that_number(overdue, is_named):
    threshold = a_threshold("overdue", "at_least", 3)

    assert bool(named(threshold, {"a": counts(overdue=overdue)})) is is_named


def test_a_candidate_comes_with_the_reason_in_words():
    offices = {"a": counts(base=10, resolved=1)}
    (found,) = candidates(
        [a_threshold("behind_milestone", "below")],
        lambda _days: offices,
        Goal(date(2020, 12, 31), 30),
        registry(),
    )

    assert found.reason == "某项：10.0%，低于 30"


@pytest.mark.requirement("JZ-43", "JZ-53")
def test_a_threshold_over_days_asks_for_the_counts_of_those_days():
    asked = []

    def counts_over(days):
        asked.append(days)
        return {"a": counts(visits=3), "b": counts(visits=1)}

    threshold = replace(a_threshold("visits", "at_least", 2), over=14)
    found = candidates(
        [threshold], counts_over, Goal(date(2021, 3, 31), None), registry()
    )

    assert [each.office for each in found] == ["a"]
    assert asked == [14]
