"""
By which key the workload of leaders counts a case with others, and since when.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment.domain.leaders.counting import group_key, last_change
from services.assignment.domain.leaders.leading import Leadership
from services.assignment.domain.leaders.tenures import Tenure
from tests.builders import COUNTY

OPENED, NAMED, MOVED, ENDED = (date(2020, 11, day) for day in (2, 5, 9, 20))
CHIEF = Tenure(COUNTY, "检察长", NAMED)
DEPUTY = Tenure(COUNTY, "副检察长", NAMED)
LED = Leadership(traits={"difficulty": "bone", "origin": "own"}, tenures=(CHIEF,))


def test_cases_are_alike_in_whatever_order_and_whenever_it_came():
    before = replace(CHIEF, until=MOVED)
    alike = replace(
        LED,
        traits={"origin": "own", "difficulty": "bone"},
        tenures=(before, replace(CHIEF, since=MOVED)),
        merged_spans=((NAMED, MOVED),),
    )

    assert group_key(alike, is_open=True) == group_key(LED, is_open=True)


@pytest.mark.parametrize(
    "change",
    [
        {"traits": {"difficulty": "nail", "origin": "own"}},
        {"tenures": ()},
        {"tenures": (CHIEF, DEPUTY)},
        {"tenures": (replace(CHIEF, main=False),)},
        {"tenures": (replace(CHIEF, holder="A01"),)},
        {"came_handed": True},
    ],
)
def test_what_is_counted_apart_has_another_key(change):
    assert group_key(replace(LED, **change), is_open=True) != group_key(
        LED, is_open=True
    )
    assert group_key(LED, is_open=False) != group_key(LED, is_open=True)


def test_a_case_that_is_merged_away_has_no_key():
    merged = replace(LED, merged_spans=((NAMED, MOVED), (ENDED, None)))

    assert group_key(merged, is_open=True) is None


@pytest.mark.parametrize(
    ("changes", "concluded_on", "last"),
    [
        ({"tenures": ()}, None, OPENED),
        ({}, None, NAMED),
        ({"tenures": (replace(CHIEF, until=MOVED),)}, None, MOVED),
        ({"merged_spans": ((NAMED, MOVED),)}, None, MOVED),
        ({"merged_spans": ((ENDED, None),)}, None, ENDED),
        ({}, ENDED, ENDED),
    ],
)
def test_a_case_counts_as_now_since_the_last_day_on_which_that_changed(
    changes, concluded_on, last
):
    assert last_change(replace(LED, **changes), OPENED, concluded_on) == last
