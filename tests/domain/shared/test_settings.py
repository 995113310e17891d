"""
What the offices settle by a setting or an entry makes the difference it should.

Each test compares two values of one setting; a setting that nothing reads fails here.
"""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.assignment.domain.batches import batches
from services.assignment.domain.duties import recurrence
from services.assignment.domain.facts.batches import BatchReceived
from services.assignment.domain.leaders.rules import appraisal_problems
from services.reporting.casework.drafting import goal_of
from services.reporting.domain.postings.closings import ClosingTerms
from shared.errors import Rejected
from shared.policy.calendar import Limit
from shared.policy.current import current_policy
from shared.policy.parts.general import Settings
from tests.builders.lifecycle import after
from tests.builders.programme_story import (
    Story,
    opened,
    programme_of,
    registered,
    replied,
)

COURT, HANDED = "410825900", date(2021, 3, 15)


def with_settings(code, **settings):
    programme = programme_of(code)
    return replace(programme, settings=replace(programme.settings, **settings))


def warned(programme):
    return programme.warn_days(programme.duty_rule("conclusion"))


def presumed(programme):
    return batches.received_on({COURT: None}, COURT, HANDED, programme)


def counted(programme):
    return goal_of(programme, HANDED).ended_counts


def counts_from(programme):
    confirmed = HANDED + timedelta(days=10)
    terms = ClosingTerms(programme.settings.review_grace_days)
    return terms.own_day(HANDED, confirmed)


def tried_enough(programme):
    """
    Whether two days of failed deliveries are evidence enough (A-39).
    """
    needed = programme.settings.delivery_attempts
    try:
        return bool(after("unable_to_reply", attempts=2, attempts_needed=needed))
    except Rejected:
        return False


def longest_mark(programme):
    """
    The longest time to the review of a mark as sensitive that is accepted, in days.
    """
    most = programme.settings.sensitive_days
    judged = {"sensitive": True}

    def refused(days):
        review_on = HANDED + timedelta(days=days)
        return any(appraisal_problems(judged, HANDED, review_on, most=most))

    return max(days for days in range(1, 40) if not refused(days))


SETTLED = {
    "sensitive_days": (longest_mark, {10: 10, 30: 30}),
    "delivery_attempts": (tried_enough, {2: True, 3: False}),
    "review_grace_days": (
        counts_from,
        {None: HANDED, 9: HANDED + timedelta(days=10), 10: HANDED},
    ),
    "warn_days": (warned, {1: 1, 5: 5}),
    "receipt_days": (presumed, {0: HANDED, 3: date(2021, 3, 18)}),
    "count_ended_as_resolved": (counted, {False: False, True: True}),
}


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Settings)])
def test_every_setting_is_read(name):
    # no setting without an entry above.
    ask, expected = SETTLED[name]
    found = {
        value: ask(with_settings("jiaozuo-2021", **{name: value})) for value in expected
    }

    assert found == expected


@pytest.mark.parametrize(
    ("every", "saturday_owed"), [("day", True), ("working_day", False)]
)
def test_daily_papers_are_owed_on_rest_days_as_the_schedule_says(every, saturday_owed):
    # every calendar day, or working days only.
    rules, saturday = current_policy(), date(2021, 3, 20)
    programme = programme_of("jiaozuo-2021")
    daily = next(each for each in programme.report_schedules if each.id == "day_report")
    period = replace(daily, every=every).period_on(saturday, rules.calendar)

    assert (period is not None) is saturday_owed
    if period is not None:
        begun = [*recurrence.reports_of(programme, daily, period, rules.directory)]
        assert len(begun) == 10


@pytest.mark.parametrize(
    ("code", "office", "progress_is_enough"),
    [("puyang-2020", "410922", True), ("meixian", "610326", False)],
)
def test_whether_progress_answers_within_three_months_is_the_programmes_word(
    code, office, progress_is_enough
):
    #
    came = date(2023, 3, 1)
    petition = Story(code, office, registered(came), replied(came, "progress"))

    assert ("three_month_answer" not in petition.open()) is progress_is_enough
    assert "three_month_answer" not in petition.learn(replied(came, "result")).open()


@pytest.mark.parametrize(
    ("code", "office", "limit"),
    [("puyang-2020", "410922", "7N roll"), ("dy-leaders", "990101", "7N roll")],
)
def test_seven_days_are_natural_and_roll_unless_the_file_says_otherwise(
    code, office, limit
):
    # 2021-09-30 plus seven days ends in the holidays; 7W ends a week later.
    rule = programme_of(code).duty_rule("procedural_reply")
    start, calendar = date(2021, 9, 30), current_policy().calendar

    assert str(rule.due.limit) == limit
    assert Story(code, office, registered(start)).due()["procedural_reply"] == date(
        2021, 10, 8
    )
    worked = replace(rule, due=replace(rule.due, limit=Limit.parse("7W")))
    assert worked.nth_due(0, start, {}, calendar).day == date(2021, 10, 15)


def test_the_clocks_of_a_court_start_from_receipt_not_from_naming_the_leader():
    # 日 are natural days.
    case = Story("jiaozuo-2021", COURT, opened(HANDED, origin="handed_by_city"))

    assert case.owed() == {}
    limits = {
        rule.id: str(rule.due.limit)
        for rule in programme_of("jiaozuo-2021").duties
        if rule.opened_by == BatchReceived.name
    }
    assert limits == {
        "plan": "7N",
        "ledger": "2N",
        "meeting": "2N",
        "progress_report": "7N",
        "conclusion": "30N",
    }
