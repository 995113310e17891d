"""
Milestones judged by the ledger: reached from a day, missed until a day, or lost again.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.reporting.domain.measures import registry
from services.reporting.domain.milestones import Course, judgements_of, turns
from shared.policy.current import current_policy
from shared.policy.parts.targets import Milestone

DUE = date(2020, 12, 31)
FILED, CLOSED = date(2020, 11, 20), date(2020, 12, 10)
THIRTY = Milestone(DUE, 30, "PY-04")


def course(*days, **more):
    """
    Days of one office: (day, cases added, cases resolved).
    """
    daily = {}
    for day, base, resolved in days:
        daily[day, "base"], daily[day, "resolved"] = base, resolved
    return Course(daily, **more)


def judgements(found, *, today=date(2023, 1, 1), milestone=THIRTY):
    stands = found.stands(
        today, also=[milestone.on], ended_counts=False, registry=registry()
    )
    return [*turns(stands, milestone)]


def test_a_milestone_is_reached_on_the_day_the_ledger_shows_the_rate():
    assert judgements(course((FILED, 10, 0), (CLOSED, 0, 3))) == [(CLOSED, True)]


def test_a_milestone_missed_is_reached_on_the_day_the_rate_is_reached_late():
    # 台前: short of 30 percent at the year's end, above it from 2021-03-26.
    late = date(2021, 3, 26)
    found = course((FILED, 9, 0), (CLOSED, 0, 2), (late, 0, 1))

    assert judgements(found, today=date(2021, 3, 25)) == []
    assert judgements(found) == [(late, True)]


def test_nothing_is_judged_of_days_to_come():
    found = course((FILED, 10, 3))

    assert judgements(found, today=date(2020, 11, 19)) == []
    assert judgements(course(), today=date(2020, 12, 30)) == []


def test_a_rate_can_be_lost_before_the_day_and_not_after_it():
    lost, after = date(2020, 12, 20), date(2021, 1, 20)
    found = course((FILED, 10, 0), (CLOSED, 0, 3), (lost, 1, 0), (DUE, 0, 1))

    assert judgements(found) == [(CLOSED, True), (lost, False), (DUE, True)]
    assert judgements(course((FILED, 10, 3), (after, 100, 0))) == [(FILED, True)]


def test_an_office_without_cases_reaches_a_milestone_on_its_day():
    assert judgements(course(), today=DUE) == [(DUE, True)]


@pytest.mark.parametrize(
    ("base", "resolved", "reached"), [(10, 2, False), (11, 3, False), (11, 4, True)]
)
def test_a_rate_is_compared_in_whole_cases(base, resolved, reached):
    assert bool(judgements(course((FILED, base, resolved)))) is reached


def test_from_the_day_the_list_is_frozen_the_rate_is_that_of_the_list():
    # 3 of 10 on the list; ten more came later and are on no list.
    listed = {(FILED, "base"): 10, (FILED, "resolved"): 2, (DUE, "resolved"): 1}
    found = course(
        (FILED, 10, 2),
        (CLOSED, 10, 0),
        (DUE, 0, 1),
        listed=listed,
        frozen_on=DUE,
    )

    assert judgements(found) == [(DUE, True)]


def test_what_was_announced_and_is_no_longer_so_is_taken_back_on_its_own_day():
    programme = current_policy().programmes.get("puyang-2020")
    events = judgements_of(
        programme,
        "410927",
        DUE,
        before={(FILED, True), (CLOSED, False)},
        now={(FILED, True)},
    )

    assert [(event.occurred_on, event.reached) for event in events] == [(CLOSED, True)]
