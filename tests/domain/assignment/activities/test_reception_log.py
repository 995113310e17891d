"""
The log of receptions beside the register and the national system, and how often who
must receive did.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.assignment.domain.activities.reception_log import (
    EntryDay,
    correct,
    correction_problems,
    counted_in_time,
    counts_problems,
    entry_days,
    growth_problems,
    turns,
    who_receives,
)
from services.assignment.domain.activities.rosters import Log, Visits
from shared.policy.current import current_policy

COURT, OTHER = "410823900", "410800900"
DAY, NEXT, TODAY = date(2021, 3, 22), date(2021, 3, 23), date(2021, 3, 24)
LOG = Log("l1", "jiaozuo-2021", "hall", COURT, DAY, "副院长", None, 5, 4)
NOW = datetime(2021, 3, 24, 9, tzinfo=UTC)


@pytest.mark.requirement("JZ-08", "JZ-51")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"national": 5, "national_on": DAY}, []),
        ({"entered": 6}, [("more_entered_than_received", "/entered")]),
        (
            {"national": 6, "national_on": DAY},
            [("more_entered_than_received", "/national")],
        ),
        ({"national": 1}, [("national_on_missing", "/national_on")]),
        ({"national_on": DAY}, [("national_on_missing", "/national_on")]),
        (
            {"national": 1, "national_on": date(2021, 3, 21)},
            [("date_before_start", "/national_on")],
        ),
        (
            {"national": 1, "national_on": date(2021, 3, 25)},
            [("date_in_future", "/national_on")],
        ),
    ],
)
def test_no_more_is_entered_than_was_received_and_from_that_day_on(changes, expected):
    found = counts_problems(counted_in_time(replace(LOG, **changes)), TODAY)

    assert [(each.code, each.location) for each in found] == expected


@pytest.mark.requirement("F-13")
def test_a_correction_keeps_what_the_log_said_before():
    wrong = counted_in_time(replace(LOG, national=2, national_on=DAY))
    right, kept = correct(
        wrong,
        {"receptions": 6, "entered": 4, "national": 0, "national_on": None},
        identity="c1",
        reason="漏记一次。",
        by="接访员",
        at=NOW,
    )

    assert (right.receptions, right.national, right.national_on) == (6, 0, None)
    assert (right.entered, right.corrected) == (4, 1)
    assert kept.before == {
        "receptions": "5",
        "national": "2",
        "national_on": "2021-03-22",
        "in_time": "2",
    }
    assert kept.stated == {
        "receptions": "6",
        "national": "0",
        "national_on": "",
        "in_time": "0",
    }


def said(log, **stated):
    return correct(log, stated, identity="c1", reason="", by="接访员", at=NOW)


def test_a_correction_that_says_what_the_log_says_corrects_nothing():
    _, kept = said(LOG, receptions=5)

    assert [each.code for each in correction_problems(kept)] == ["nothing_to_change"]


@pytest.mark.requirement("JZ-51")
def test_what_is_entered_later_takes_nothing_from_what_was_entered_on_the_day():
    on_the_day, _ = said(LOG, national=3, national_on=DAY)
    later, kept = said(on_the_day, national=5, national_on=TODAY)
    (day,) = entry_days([later], [])

    assert [*counts_problems(later, TODAY), *growth_problems(on_the_day, later)] == []
    assert (day.national, day.in_time) == (5, 3)
    assert kept.before == {"national": "3", "national_on": "2021-03-22"}


@pytest.mark.requirement("JZ-51")
def test_what_was_entered_late_never_counts_as_entered_on_the_day():
    late, _ = said(LOG, national=1, national_on=TODAY)
    back, _ = said(late, national=5, national_on=DAY)
    same, _ = said(late, national=1, national_on=TODAY)
    unclear, _ = said(late, national=2, national_on=TODAY, in_time=2)

    assert [each.code for each in growth_problems(late, back)] == ["date_before_start"]
    assert [each.code for each in growth_problems(late, same)] == [
        "no_more_than_before"
    ]
    assert [each.code for each in counts_problems(unclear, TODAY)] == [
        "in_time_unclear"
    ]


@pytest.mark.requirement("JZ-09", "JZ-51")
def test_each_day_of_each_office_is_compared_with_the_register_and_the_system():
    logs = [
        replace(LOG, national=3, national_on=DAY, in_time=3),
        replace(LOG, id="l2", post="院长", national=1, national_on=NEXT),
        replace(LOG, id="l3", office=OTHER, day=NEXT, receptions=2, entered=2),
    ]
    found = entry_days(logs, [Visits(COURT, DAY, 7), Visits(COURT, NEXT, 1)])

    assert [(each, each.lacking) for each in found] == [
        (EntryDay(office=OTHER, day=NEXT, receptions=2, entered=2), 2),
        (
            EntryDay(
                office=COURT,
                day=DAY,
                receptions=10,
                entered=8,
                registered=7,
                national=4,
                in_time=3,
            ),
            6,
        ),
        (EntryDay(office=COURT, day=NEXT, registered=1), 0),
    ]


@pytest.mark.requirement("TL-39")
def test_a_chief_receives_so_often_a_year_for_half_a_day_at_least():
    """
    TL-39, MX-10: twelve times a year, half a day each.
    """
    policy = current_policy()
    roster, heads = policy.programmes.get("meixian").rosters
    office = "610326"
    received = {(office, "检察长"): 2, (office, "副检察长"): 1}
    (found,) = turns(roster, who_receives(roster, [office], policy.directory), received)
    every = [post for _, post in who_receives(heads, [office], policy.directory)]

    assert (found.post, found.times, found.needed, found.lacking) == (
        *("检察长", 2, 12),
        10,
    )
    assert "12309检察服务中心主任" in every
    assert not {"12309检察服务中心副主任", "检察长"} & {*every}
    assert heads.times_a_year == 12
