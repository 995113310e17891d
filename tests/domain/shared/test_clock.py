"""
The business clock: three forms of its file, and a clock that is moved by hand.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from structlog.testing import capture_logs

from deploy.local.clock import FileClock
from shared import clock
from shared.messaging import housekeeping
from shared.service.base import Service

MACHINE = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)  # 04:00 on 1 January in Shanghai


@pytest.fixture
def file(tmp_path, monkeypatch):
    file = tmp_path / "business-clock"
    monkeypatch.setenv("BUSINESS_CLOCK_FILE", str(file))
    return file


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2020-11-20", "2020-11-19T20:00:00+00:00"),
        ("2020-11-20T22:30", "2020-11-20T14:30:00+00:00"),
        (
            "2020-11-20T09:30 since 2026-12-31T19:30:00+00:00",
            "2020-11-20T02:00:00+00:00",
        ),
        (
            "2020-11-20T23:45 since 2026-12-31T19:30:00+00:00",
            "2020-11-20T16:15:00+00:00",
        ),
    ],
    ids=["day", "standing", "running", "past midnight"],
)
def test_the_file_holds_a_day_a_moment_or_a_running_clock(text, shown):
    assert clock.moment_in(f"{text}\n", MACHINE).isoformat() == shown


@pytest.mark.parametrize("text", ["", "20 November", "2020-11-20T09:30 since then"])
def test_any_other_content_is_an_error(text):
    with pytest.raises(ValueError, match="isoformat"):
        clock.moment_in(text, MACHINE)


def test_without_a_file_it_is_the_machine_s_time(monkeypatch):
    monkeypatch.delenv("BUSINESS_CLOCK_FILE", raising=False)
    before = datetime.now(UTC)

    assert before <= clock.now() <= datetime.now(UTC)


def test_a_day_begins_in_office_hours_and_time_never_runs_backwards_within_it(file):
    move = FileClock(file, began=datetime.now(UTC) - timedelta(minutes=5))
    move(date(2020, 11, 20))
    first = clock.now()
    move(date(2021, 3, 1))
    later_day = clock.today()
    move(date(2020, 11, 20))
    second = clock.now()

    assert first.astimezone(clock.SHANGHAI).time() >= time(9, 5)
    assert later_day == date(2021, 3, 1)
    assert first < second < first + timedelta(minutes=1)


def test_an_hour_can_be_set_and_the_day_is_that_of_shanghai(file):
    FileClock(file)(date(2020, 11, 20), at=time(4))

    assert clock.today() == date(2020, 11, 20)
    assert clock.now().astimezone(clock.SHANGHAI).hour == 4


@pytest.mark.parametrize("days", [-2, 0, 2])
def test_no_timer_runs_while_the_machines_clock_is_far_from_where_it_was(
    days, monkeypatch
):
    began, at = clock._BEGUN
    monkeypatch.setattr(clock, "_BEGUN", (began - timedelta(days=days), at))
    steps_run = []

    class Timers(Service):
        name = "assignment"
        reads, endpoints = {}, ()
        _run = staticmethod(steps_run.append)

    def escalate(_session):
        """Has no more work."""

    with capture_logs() as lines:
        for _ in range(3):  # an instance each, as nameko has it
            Timers().repeat(escalate)

    assert steps_run == ([] if days else 3 * [escalate])
    assert round(clock.moved() / timedelta(days=1)) == days
    logged = [(line["event"], line["hours"]) for line in lines]
    assert logged == ([("clock_moved", 24 * days)] if days else [])


@pytest.mark.parametrize("days", [-2, 0, 30])
def test_nothing_is_cleared_while_the_machines_clock_is_far_from_where_it_was(
    days, monkeypatch
):
    """
    Thirty days ahead, every stored answer would be old: a repeated request would take
    effect twice.
    """
    began, at = clock._BEGUN
    monkeypatch.setattr(clock, "_BEGUN", (began - timedelta(days=days), at))
    runs = []
    monkeypatch.setattr(
        housekeeping, "keep_house", lambda stopping: runs.append(stopping) or Counter()
    )
    keeper = housekeeping.Housekeeper()
    keeper._keep_house()

    assert len(runs) == (0 if days else 1)
