"""
What is counted beside the columns of a return: sums, and shares of them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from services.reporting.domain.figures import Goal, Line, further_cells
from services.reporting.domain.measures import Registry, registry

LINE = Line("410922", "清丰县院", ("410922",))
GOAL = Goal(date(2020, 12, 31), 30)


def further(**counts):
    sums = {(LINE.office, name): amount for name, amount in counts.items()}
    return further_cells(LINE, sums, GOAL, registry())


@pytest.mark.requirement("PY-33", "I-20")
def test_a_procedural_closing_counts_as_closed_and_not_as_resolved():
    found = further(base=10, resolved=3, ended=1, concluded=2)

    assert found["concluded"] == 2
    assert (found["closed"], found["closed_share"]) == (6, "60.0%")


@pytest.mark.requirement("I-32", "I-33")
def test_shares_after_closing_are_of_all_closings_also_of_those_that_flowed_back():
    # Four were closed, one of them flowed back and is open again.
    found = further(base=9, resolved=3, flowed_back=1, followed_up=3, content=2)

    assert (found["closed"], found["closings"]) == (3, 4)
    assert found["flowed_back_share"] == "25.0%"
    assert found["followed_up_share"] == "75.0%"
    assert found["content_share"] == "66.7%"


@pytest.mark.requirement("DY-02")
def test_cases_newly_led_are_beside_the_columns_that_a_period_divides():
    # A figure of a period is the sum of what was posted in it.
    assert further(base=9, led=2)["led_newly"] == 2


def test_without_a_closing_there_is_no_share():
    found = further(base=9)

    assert found["closed_share"] == "0.0%"
    for share in ("flowed_back_share", "followed_up_share", "content_share"):
        assert found[share] == "—"


def test_no_title_names_a_number_of_days_that_a_programme_sets():
    numbered = re.compile(r"[0-9零一二两三四五六七八九十百]+个?(日|天|周|月|年|工作日)")

    assert numbered.match("3个月答复率")
    assert [m.title for m in registry().measures if numbered.match(m.title)] == []


@pytest.mark.parametrize(
    ("measure", "changes"),
    [
        ("closed", {"adds": ()}),
        ("closed", {"adds": ("closings",)}),
        ("closed_share", {"in_return": True}),
        ("closed_share", {"base": "governing"}),
        ("base", {"adds": ("resolved",)}),
    ],
)
def test_a_sum_adds_counts_and_stands_beside_the_columns_alone(measure, changes):
    measures = (
        replace(each, **changes) if each.id == measure else each
        for each in registry().measures
    )
    changed = Registry(tuple(measures))
    found = [
        *changed.problems(),
        *(problem for each in changed.measures for problem in each.problems()),
    ]

    assert found
