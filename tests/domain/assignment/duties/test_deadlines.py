"""
Days: every limit a programme or its law uses, the worked dates, pauses and grants.

A duty is in time on the day before and on its due day, and overdue the day after.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.assignment.domain.duties import alerts
from services.assignment.domain.duties.deadlines import Deadline
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.duties.instances import DutyInstance
from services.assignment.domain.duties.transitions import run
from shared.policy.calendar import Calendar, Limit, Override
from shared.policy.current import current_policy
from shared.policy.parts.alerts import COMMON
from tests.builders.facts import happened

CN = current_policy().calendar
DAY = timedelta(days=1)


def due(start, written, **changes):
    return Deadline(start, Limit.parse(written), start, **changes).due(CN).day


# -- the worked examples of the counting rules


@pytest.mark.parametrize(
    ("start", "limit", "last"),
    [
        ("2020-09-28", "7N", "2020-10-05"),
        ("2020-09-28", "7N roll", "2020-10-09"),
        ("2020-09-28", "7W", "2020-10-14"),
        ("2020-09-28", "15N", "2020-10-13"),
        ("2020-09-28", "2N", "2020-09-30"),
        ("2020-09-28", "2W", "2020-09-30"),
        ("2020-09-28", "30N", "2020-10-28"),
        ("2021-03-15", "7N", "2021-03-22"),
        ("2021-03-15", "7N roll", "2021-03-22"),
        ("2021-03-15", "7W", "2021-03-24"),
        ("2021-03-15", "15N", "2021-03-30"),
        ("2021-03-15", "2N", "2021-03-17"),
        ("2021-03-15", "2W", "2021-03-17"),
        ("2021-03-15", "30N", "2021-04-14"),
        ("2021-09-30", "7N", "2021-10-07"),
        ("2021-09-30", "7N roll", "2021-10-08"),
        ("2021-09-30", "7W", "2021-10-15"),
        ("2021-09-30", "15N", "2021-10-15"),
        ("2021-09-30", "2N", "2021-10-02"),
        ("2021-09-30", "2W", "2021-10-09"),
        ("2021-09-30", "30N", "2021-10-30"),
        # A month without that day ends on its last one (民法典 202).
        ("2020-01-31", "1M", "2020-02-29"),
        ("2021-01-31", "1M", "2021-02-28"),
        ("2020-11-20", "3M roll", "2021-02-20"),
        # 2020-01-19, a Sunday, was worked; the Spring Festival was lengthened.
        ("2020-01-17", "1W", "2020-01-19"),
        ("2020-01-23", "1W", "2020-02-03"),
        ("2020-01-25", "7N roll", "2020-02-03"),
        # 调休: Saturdays that are worked count, and what ends there stays there.
        ("2020-09-26", "1W", "2020-09-27"),
        ("2020-10-09", "1W", "2020-10-10"),
        ("2021-02-13", "7N roll", "2021-02-20"),
    ],
)
def test_worked_dates(start, limit, last):
    assert due(date.fromisoformat(start), limit) == date.fromisoformat(last)


def _limits_in_use():
    for programme in current_policy().programmes:
        for rule in programme.every_duty_rule():
            if rule.due.limit is not None:
                yield pytest.param(
                    programme, rule, id=f"{programme.code}-{rule.id}-{rule.due.limit}"
                )


@pytest.mark.parametrize(("programme", "rule"), [*_limits_in_use()])
@pytest.mark.parametrize("start", [date(2021, 3, 15), date(2020, 1, 31)], ids=str)
def test_every_limit_in_use_is_in_time_on_its_day_and_overdue_the_day_after(
    programme, rule, start
):
    fields = {name: _a_value(each) for name, each in rule.when.items()}
    if rule.per:
        fields[rule.per] = "one"
    if rule.due.fact:
        fields[rule.due.fact] = None
    opening = happened(rule.opened_by, start, **fields)
    instance = DutyInstance(rule, opening, start, start)
    deadline = run(instance, "one", [], CN).deadline
    last = deadline.due(CN).day
    shown = [
        alerts.alert_level(_owed(programme, instance, last), on, COMMON)
        for on in (last - DAY, last, last + DAY)
    ]

    assert [each == "red" for each in shown] == [False, False, True]
    notes = deadline.explain(CN)
    assert notes[-1].day == last
    days = len(notes) - 1
    assert days == (last - start).days


def _a_value(condition):
    return condition.values[0]


def _owed(programme, instance, last):
    return Duty(
        id="n/one",
        number="n",
        office="o",
        programme=programme.code,
        kind=instance.rule.id,
        title=instance.rule.title,
        source=instance.rule.source,
        opened_on=instance.since,
        due_on=last,
        provisional=False,
        steps=(),
        warn_days=programme.warn_days(instance.rule),
    )


def test_what_lies_past_the_published_holidays_is_provisional():
    count = Deadline(date(2026, 12, 28), Limit.parse("7W"), date(2026, 12, 28))

    assert count.due(CN).provisional
    assert count.due(CN).day.year == 2027


# -- pauses, grants, overrides


def test_a_pause_adds_the_days_the_clock_stood_still():
    start, pause = date(2021, 3, 1), (date(2021, 3, 10), date(2021, 3, 15))

    assert due(start, "30N") == date(2021, 3, 31)
    assert due(start, "30N", pauses=(pause,)) == date(2021, 4, 5)
    assert due(start, "1M", pauses=(pause,)) == date(2021, 4, 6)


def test_a_pause_takes_only_working_days_from_a_limit_of_working_days():
    # From Friday to Monday one working day stands still.
    pause = (date(2021, 3, 12), date(2021, 3, 15))

    assert due(date(2021, 3, 8), "10W") == date(2021, 3, 22)
    assert due(date(2021, 3, 8), "10W", pauses=(pause,)) == date(2021, 3, 23)


@pytest.mark.parametrize(("later", "provisional"), [(0, False), (1, True)])
def test_a_day_after_the_last_notice_of_holidays_is_provisional(later, provisional):
    start, limit = CN.horizon - 20 * DAY, Limit.parse("1W")
    left = (CN.horizon - CN.due(start, limit).day).days

    found = Deadline(start, limit, start, more=left + later).due(CN)

    assert found.day == CN.horizon + later * DAY
    assert found.provisional is provisional


def test_days_granted_count_from_the_due_day_not_from_the_approval():
    assert due(date(2022, 5, 6), "60N") == date(2022, 7, 5)
    assert due(date(2022, 5, 6), "60N", more=30) == date(2022, 8, 4)


def test_another_day_set_takes_the_place_of_all_counting():
    set_ = date(2021, 4, 20)

    assert due(date(2021, 3, 15), "30N", instead=set_, more=5) == set_


@pytest.mark.parametrize(
    "changes",
    [
        {"more": 10},
        {"pauses": ((date(2021, 9, 27), date(2021, 9, 29)),)},
        {"pauses": ((date(2021, 9, 27), date(2021, 9, 29)),), "more": 3},
        {"instead": date(2021, 10, 20)},
    ],
)
@pytest.mark.parametrize("limit", ["7N", "7N roll", "7W", "1M", "1M roll"])
def test_an_explanation_ends_on_the_due_day_and_leaves_no_day_out(limit, changes):
    start = date(2021, 9, 24)
    count = Deadline(start, Limit.parse(limit), start, **changes)
    days = [note.day for note in count.explain(CN)]

    assert days[-1] == count.due(CN).day
    assert days == [days[0] + DAY * n for n in range(len(days))]


def test_days_of_a_pause_are_explained_as_not_counted():
    pause = (date(2021, 3, 10), date(2021, 3, 12))
    count = Deadline(date(2021, 3, 8), Limit.parse("5N"), date(2021, 3, 8), (pause,))
    skipped = [note.day for note in count.explain(CN) if not note.counted]

    assert skipped == [date(2021, 3, 8), date(2021, 3, 10), date(2021, 3, 11)]


def test_the_basis_tells_everything_but_the_calendar():
    plain = Deadline(date(2020, 1, 23), Limit.parse("5W"), date(2020, 1, 23))
    longer = {
        day: Override(day, working=False, reason="延长春节假期", document="测试")
        for day in (date(2020, 2, 3), date(2020, 2, 4))
    }
    later = Calendar(longer)

    assert plain.due(CN).day == date(2020, 2, 7)
    assert plain.due(later).day == date(2020, 2, 11)
    assert plain.basis() != replace(plain, more=1).basis()


def test_the_explanation_of_a_long_grant_counts_every_day_once(monkeypatch):
    asked = []
    counted = Calendar.is_working_day
    monkeypatch.setattr(
        Calendar,
        "is_working_day",
        lambda calendar, day: asked.append(day) or counted(calendar, day),
    )
    start = date(2020, 1, 1)
    pauses = ((date(2020, 2, 1), date(2021, 2, 1)),)
    long = Deadline(start, Limit.parse("500W"), start, pauses=pauses, more=3000)
    days = long.explain(CN)

    assert len(days) > 3500
    assert len(asked) < 3 * len(days)


def test_due_days_that_callers_ask_for_do_not_pile_up():
    calendar = Calendar()
    for n in range(20_100):
        calendar.due(date(2000, 1, 1) + n * DAY, Limit.parse("1N"))

    assert calendar._due.cache_info().currsize <= 20_000
