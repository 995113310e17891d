"""
Which leader oversees which department and contact point (JZ-16).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment.domain.people.oversight import (
    Oversight,
    ending_problems,
    entry_problems,
)
from shared.policy.current import current_policy

DIRECTORY = current_policy().directory
COURT, CITY = "410823900", "410800900"
SINCE, LATER = date(2021, 3, 15), date(2021, 4, 1)
NEW = Oversight(
    id="o1",
    office=CITY,
    programme="jiaozuo-2021",
    post="副院长",
    holder=None,
    department=None,
    overseen=COURT,
    since=SINCE,
)


def said(new, *known):
    return {(p.code, p.location) for p in entry_problems(new, DIRECTORY, known)}


@pytest.mark.requirement("JZ-16")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"department": "执行局", "overseen": None}, set()),
        ({"department": "执行局"}, {("one_overseen", "/department")}),
        ({"overseen": None}, {("one_overseen", "/department")}),
        ({"post": "法官"}, {("not_a_leader", "/post")}),
        ({"post": "书记"}, {("no_such_post", "/post")}),
        ({"overseen": CITY}, {("not_right_below", "/overseen")}),
        (
            {"department": "没有的庭", "overseen": None},
            {("no_such_department", "/department")},
        ),
    ],
)
def test_a_leader_oversees_a_department_or_an_office_right_below(changes, expected):
    assert said(replace(NEW, **changes)) == expected


@pytest.mark.requirement("JZ-16")
def test_one_leader_at_a_time_and_the_next_from_the_day_the_other_ends():
    taken = {("already_overseen", "/since")}
    next_one = replace(NEW, id="o2", post="党组成员", since=LATER)

    assert said(next_one, NEW) == taken
    assert said(next_one, replace(NEW, until=LATER)) == set()
    assert said(next_one, replace(NEW, until=date(2021, 4, 2))) == taken
    assert said(replace(next_one, overseen="410882900"), NEW) == set()
    assert said(replace(next_one, since=date(2021, 3, 1)), NEW) == taken


def test_what_ends_has_begun_before():
    found = ending_problems(NEW, date(2021, 3, 1), [NEW])

    assert [problem.location for problem in found] == ["/until"]
    assert list(ending_problems(NEW, LATER, [NEW])) == []


def test_what_has_ended_is_not_lengthened_into_the_time_of_the_next():
    ended = replace(NEW, until=LATER)
    known = [ended, replace(NEW, id="o2", post="党组成员", since=LATER)]
    found = ending_problems(ended, date(2021, 4, 2), known)

    assert [(each.code, each.location) for each in found] == [
        ("already_overseen", "/until")
    ]
    assert list(ending_problems(ended, LATER, known)) == []
    assert list(ending_problems(ended, date(2021, 3, 20), known)) == []
