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
    corrected,
    counts_problems,
    entry_days,
    fewer_problems,
    turns,
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
    found = counts_problems(replace(LOG, **changes), TODAY)

    assert [(each.code, each.location) for each in found] == expected


@pytest.mark.requirement("F-13")
def test_a_correction_keeps_what_the_log_said_before():
    wrong = replace(LOG, national=2, national_on=DAY)
    right, kept = corrected(
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
    }
    assert kept.stated == {"receptions": "6", "national": "0", "national_on": ""}
    assert [each.code for each in fewer_problems(wrong, 1)] == ["fewer_than_before"]


@pytest.mark.requirement("JZ-09", "JZ-51")
def test_each_day_of_each_office_is_compared_with_the_register_and_the_system():
    logs = [
        replace(LOG, national=3, national_on=DAY),
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
    (roster,) = policy.programmes.get("meixian").rosters
    office = "610326"
    chief = Log("l1", "meixian", roster.id, office, DAY, "检察长", None, 1, 1)
    logs = [
        chief,
        replace(chief, id="l2", holder="A01"),  # of the same day
        replace(chief, id="l3", day=NEXT, half_days=0),
        replace(chief, id="l4", day=TODAY, half_days=2),
        replace(chief, id="l5", post="副检察长"),
    ]
    (found,) = turns(roster, [office], policy.directory, logs)

    assert (found.post, found.times, found.needed, found.lacking) == (
        *("检察长", 2, 12),
        10,
    )
