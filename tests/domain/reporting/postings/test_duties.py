"""
Duties due, in time and overdue, on every day.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given

from services.reporting.domain.measures import registry
from shared.policy.current import current_policy
from tests.builders import CITY, COUNTY, duty_change
from tests.builders.postings import DAY, days, posted, stock, sums

DUE = date(2020, 12, 15)


def duty(what, day):
    return changed(day, duty_change(what, day, DUE))


def changed(day, *changes):
    return posted("assignment.duties_changed", day, changes=list(changes))


def test_a_duty_is_overdue_from_the_day_after_it_was_due():
    opened = duty("opened", DAY)

    assert stock(opened, "overdue", DUE) == 0
    assert stock(opened, "overdue", DUE + timedelta(days=1)) == 1


@pytest.mark.parametrize("done", [DAY, DUE])
@pytest.mark.parametrize("how", ["discharged", "released"])
def test_a_duty_done_in_time_was_never_overdue(done, how):
    assert sums(*duty("opened", DAY), *duty(how, done)) == {}


@pytest.mark.requirement("PY-47")
def test_a_duty_of_the_everyday_track_is_overdue_in_a_measure_of_its_own():
    late = DUE + timedelta(days=1)
    everyday = {
        rule.id
        for programme in current_policy().programmes
        for rule in programme.every_duty_rule()
        if "everyday" in getattr(rule.when.get("track"), "values", ())
    }

    assert everyday == {*registry()["everyday_overdue"].overdue_of}
    for kind in everyday:
        opened = changed(DAY, duty_change("opened", DAY, DUE, kind=kind))
        assert sums(*opened) == {("everyday_overdue", late): 1}


def test_a_duty_done_late_was_overdue_until_then():
    found = [*duty("opened", DAY), *duty("discharged", date(2021, 1, 20))]

    assert stock(found, "overdue", date(2021, 1, 19)) == 1
    assert stock(found, "overdue", date(2021, 1, 20)) == 0


def test_a_duty_owed_again_is_overdue_from_that_day_if_its_due_day_is_past():
    back = date(2021, 5, 6)
    found = [*duty("opened", DAY), *duty("discharged", DUE), *duty("resumed", back)]

    assert stock(found, "overdue", back - timedelta(days=1)) == 0
    assert stock(found, "overdue", back) == 1


def test_a_duty_owed_again_before_it_is_due_is_overdue_only_after():
    found = [
        *duty("opened", DAY),
        *duty("discharged", DAY),
        *duty("resumed", DAY + timedelta(days=1)),
    ]

    assert stock(found, "overdue", DUE) == 0
    assert stock(found, "overdue", DUE + timedelta(days=1)) == 1


@given(opened=days, due=days, done=days, on=days)
def test_the_stock_of_overdue_duties_is_what_the_rule_says(opened, due, done, on):
    due, done = max(opened, due), max(opened, done)
    found = [
        *changed(opened, duty_change("opened", opened, due)),
        *changed(done, duty_change("discharged", done, due)),
    ]

    assert stock(found, "overdue", on) == (due < on < done)


@given(opened=days, due=days, done=days)
def test_changes_in_one_event_add_up_to_what_they_are_in_events_of_their_own(
    opened, due, done
):
    due, done = max(opened, due), max(opened, done)
    changes = [
        duty_change("opened", opened, due),
        duty_change("opened", opened, due, duty="d2", office=CITY),
        duty_change("discharged", done, due),
        duty_change("moved", opened, done, due_before=due, duty="d2", office=CITY),
    ]
    together = changed(opened, *changes)
    apart = [entry for change in changes for entry in changed(opened, change)]

    def by_duty(entries):
        found = Counter()
        for entry in entries:
            found[entry.office, entry.duty, entry.day] += entry.amount
        return {key: amount for key, amount in found.items() if amount}

    assert by_duty(together) == by_duty(apart)
    assert len(together) == len(by_duty(together))


def standing(**fields):
    of = {"duty": "d1", "kind": "procedural_reply", "office": COUNTY}
    fields = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in fields.items()
    }
    return posted(
        "assignment.duties_changed", DAY, changes=[], standings=[{**of, **fields}]
    )


@pytest.mark.requirement("I-15")
def test_a_duty_counts_on_its_due_day_and_as_done_only_if_it_was_in_time():
    later = date(2020, 12, 22)
    opened = standing(due_on=DUE)
    done = standing(due_on=DUE, done=True, in_time=True, due_before=DUE)
    moved = standing(due_on=later, due_before=DUE)
    released = standing(due_before=DUE)
    due, in_time = "procedural_reply_due", "procedural_reply_in_time"

    assert sums(*opened) == {(due, DUE): 1}
    assert sums(*opened, *done) == {(due, DUE): 1, (in_time, DUE): 1}
    assert sums(*opened, *moved) == {(due, later): 1}
    assert sums(*opened, *released) == {}
    assert standing(kind="leader_named", due_on=DUE) == ()


@pytest.mark.requirement("I-34", "I-36")
@pytest.mark.parametrize(
    ("kind", "measures", "of"),
    [
        ("supervision_reply", "supervision_reply", {}),
        ("any_report", "reports", {"report": True}),
    ],
)
def test_what_is_done_late_counts_as_done_and_not_as_in_time(kind, measures, of):
    opened = standing(kind=kind, due_on=DUE, **of)
    late = standing(kind=kind, due_on=DUE, done=True, due_before=DUE, **of)
    reopened = standing(kind=kind, due_on=DUE, due_before=DUE, done_before=True, **of)
    due = {(f"{measures}_due", DUE): 1}

    assert sums(*opened) == due
    assert sums(*opened, *late) == due | {(f"{measures}_done", DUE): 1}
    assert sums(*opened, *late, *reopened) == due


@pytest.mark.requirement("I-16")
def test_an_answer_in_time_counts_as_a_result_or_as_a_report_of_progress():
    of = {"kind": "three_month_answer", "due_on": DUE, "in_time": True}
    told = standing(**of, answer="progress")
    before = {"due_before": DUE, "in_time_before": True, "answer_before": "progress"}
    answered = standing(**of, answer="result", **before)
    both = {("three_month_answer_due", DUE): 1, ("three_month_answer_in_time", DUE): 1}
    result, progress = "three_month_answer_result", "three_month_answer_progress"

    assert sums(*told) == {**both, (progress, DUE): 1}
    assert sums(*told, *answered) == {**both, (result, DUE): 1}
    assert sums(*standing(**of)) == both
