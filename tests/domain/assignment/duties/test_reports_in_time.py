"""
A report that arrives after the hour of its last day is late, none is missed, whatever
day it names (JZ-39, I-36).
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.assignment.domain.duties import ledger
from services.assignment.domain.facts.duties import PeriodBegun
from services.assignment.store.facts import decode, encode
from shared.policy.current import current_policy
from tests.builders import facts

COURT, DAY = "410825900", date(2021, 3, 16)
PERIOD = PeriodBegun(
    on=DAY,
    office=COURT,
    programme="jiaozuo-2021",
    schedule="day_report",
    period="2021-03-16",
    until=DAY,
)


def at(hour, minute, day=16):
    return datetime.fromisoformat(f"2021-03-{day}T{hour:02}:{minute:02}+08:00")


def sent(arrived_at, on=DAY, period="2021-03-16"):
    return facts.act("day_reported", on, period=period, arrived_at=arrived_at)


def report(*sendings):
    policy = current_policy()
    programme = policy.programmes.get("jiaozuo-2021")
    owed = ledger.compute(
        f"jiaozuo-2021/{COURT}/day_report/2021-03-16",
        COURT,
        [PERIOD, *sendings],
        programme,
        policy.calendar,
    )
    (duty,) = [each for each in owed if each.kind == "day_report"]
    return duty


def counted(*sendings):
    """
    Whether the report was done, and whether in time.
    """
    counts = report(*sendings).counts
    return counts.done, counts.in_time


@pytest.mark.requirement("JZ-39", "I-36")
@pytest.mark.parametrize(
    ("sendings", "expected"),
    [
        ([], (False, False)),
        ([sent(at(9, 0))], (True, True)),
        ([sent(at(17, 30))], (True, True)),
        ([sent(at(17, 31))], (True, False)),
        ([sent(at(8, 0, day=17))], (True, False)),
        ([sent(at(8, 0, day=17), on=date(2021, 3, 17))], (True, False)),
        ([sent(at(17, 31)), sent(at(9, 0))], (True, True)),
        ([sent(None)], (True, True)),
        ([sent(at(9, 0), period="2021-03-17")], (False, False)),
    ],
)
def test_a_day_report_is_in_time_until_its_hour(sendings, expected):
    assert report().report
    assert counted(*sendings) == expected


def test_the_moment_of_arrival_is_stored():
    fact = sent(at(17, 31))

    assert decode(fact.name, fact.on, encode(fact)) == fact
