"""
What a duty says of itself: office, post, creditor, days of warning and colour.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.assignment.domain.duties import alerts
from shared.policy.parts.alerts import COMMON, AlertColours
from tests.builders import COUNTY
from tests.builders.duty_rules import (
    CHIEF,
    DAY,
    PROGRAMME,
    START,
    Matter,
    done,
    registered,
)
from tests.builders.facts import happened

# -- who owes what to whom


def test_a_duty_names_office_post_creditor_and_days_of_warning():
    duty = Matter().learn(registered()).duty("conclusion")

    assert (duty.office, duty.post, duty.creditor) == (COUNTY, CHIEF, "petitioner")
    assert duty.warn_days == PROGRAMME.settings.warn_days


def test_alert_levels_come_from_the_clock_and_from_unanswered_notices():
    matter = Matter().learn(registered())
    duty = matter.duty("conclusion")
    on = {
        day: alerts.alert_level(duty, duty.due_on + DAY * day, COMMON)
        for day in (-4, -3, 0, 1)
    }

    assert on == {-4: "blue", -3: "yellow", 0: "yellow", 1: "red"}
    matter.learn(happened("matter.supervision_issued", START + DAY, notice="n1"))
    assert alerts.alert_level(matter.duty("conclusion"), START, COMMON) == "yellow"
    matter.learn(happened("matter.supervision_answered", START + DAY, notice="n1"))
    assert alerts.alert_level(matter.duty("conclusion"), START, COMMON) == "blue"
    matter.learn(done("answered", START + DAY))
    assert (
        alerts.alert_level(matter.duty("conclusion"), date(2022, 1, 1), COMMON) is None
    )


def test_a_case_is_as_red_as_its_worst_duty_or_a_missing_field():
    owed = [*Matter().learn(registered()).duties.values()]

    def level(duties, lacking=None):
        return alerts.alert_level_of_case(
            duties, START, lacking=lacking, colours_of=lambda _: COMMON
        )

    assert (level(owed), level(owed, COMMON), level([])) == ("blue", "red", None)


@pytest.mark.requirement("MX-17")
def test_the_programme_says_which_colour_a_cause_has():
    """
    Here what nobody answered is red, what is due soon blue, and a missing field yellow.
    """
    own = AlertColours(
        red=("overdue", "supervised"),
        yellow=("field_missing",),
        blue=("due_soon",),
        source="MX-17",
    )
    matter = Matter().learn(registered())
    duty = matter.duty("conclusion")
    on = {
        day: alerts.alert_level(duty, duty.due_on + DAY * day, own)
        for day in (-4, -3, 1)
    }
    matter.learn(happened("matter.supervision_issued", START + DAY, notice="n1"))
    owed = [*Matter().learn(registered()).duties.values()]

    assert on == {-4: None, -3: "blue", 1: "red"}
    assert alerts.alert_level(matter.duty("conclusion"), START, own) == "red"
    assert (
        alerts.alert_level_of_case(owed, START, lacking=own, colours_of=lambda _: own)
        == "yellow"
    )


def test_an_act_discharges_what_it_answers_and_nothing_else():
    matter = Matter().learn(registered(), done("met_petitioner", START + DAY))
    before = matter.duty("conclusion").state
    matter.learn(done("answered", START + DAY * 2))

    assert (before, matter.duty("conclusion").state) == ("open", "discharged")
