"""
Signed records move, stop and release what is owed, and nothing else does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assignment.domain.duties import adjustments
from services.assignment.domain.duties.adjustments import SignedAdjustment
from services.assignment.domain.facts.duties import OccurrenceBegun
from tests.builders import CITY, COUNTY, facts
from tests.builders.duty_rules import (
    CHIEF,
    CN,
    CONCLUSION,
    DAY,
    DIRECTORY,
    FOLLOW_UP,
    LEADER,
    PROGRAMME,
    START,
    Matter,
    done,
    registered,
)
from tests.builders.facts import NUMBER, happened


def signed(kind, on, duty="conclusion", **fields):
    about = {"duty": f"{NUMBER}/{duty}", "record": f"r-{kind}-{on}"}
    return happened(f"matter.duty_{kind}", on, **about, **fields)


def codes(problems):
    return {problem.code for problem in problems}


# -- signed records


def test_an_extension_moves_the_due_day_and_is_told_as_a_move():
    matter = Matter().learn(registered())
    before = matter.duty("conclusion").due_on
    matter.learn(signed("extended", START + DAY * 50, days=30))

    assert matter.duty("conclusion").due_on == before + DAY * 30
    assert matter.announced[-1].changes[-1].what == "moved"
    assert matter.announced[-1].changes[-1].due_before == before
    assert matter.overdue_on(before + DAY) == 0
    assert matter.overdue_on(before + DAY * 31) == 1


def extension(matter, on=START + DAY * 50, rule=None, **changes):
    said = {
        "by_office": COUNTY,
        "by_post": CHIEF,
        "reason": "案情复杂",
        "days": 30,
        "told_petitioner_on": on,
        **changes,
    }
    return codes(
        adjustments.extension_problems(
            SignedAdjustment(on=on, **said),
            matter.duty("conclusion"),
            rule or CONCLUSION,
            matter.facts,
            calendar=CN,
            directory=DIRECTORY,
            hub=PROGRAMME.hub,
        )
    )


def test_an_extension_within_cap_and_time_by_the_chief_has_no_fault():
    assert extension(Matter().learn(registered())) == set()


def test_all_that_is_wrong_with_an_extension_is_said_at_once():
    matter = Matter().learn(registered())
    late = matter.duty("conclusion").due_on + DAY
    found = extension(matter, late, days=31, by_post=LEADER, told_petitioner_on=None)

    assert found == {
        "extension_late",
        "extension_too_long",
        "post_not_entitled",
        "petitioner_not_told",
    }
    assert extension(matter, days=None) == {"extension_empty"}
    matter.learn(signed("extended", START + DAY * 50, days=30))
    assert extension(matter) == {"extension_used"}


def test_a_pause_is_not_counted_and_a_paused_duty_is_never_overdue():
    programme = replace(PROGRAMME, duties=(CONCLUSION,))
    matter = Matter(programme=programme).learn(registered())
    due = matter.duty("conclusion").due_on
    matter.learn(signed("paused", START + DAY * 40))

    assert matter.duty("conclusion").state == "paused"
    assert matter.overdue_on(due + DAY * 300) == 0
    matter.learn(signed("unpaused", START + DAY * 100))
    assert (matter.duty("conclusion").state, matter.duty("conclusion").due_on) == (
        "open",
        due + DAY * 60,
    )
    assert matter.overdue_on(due + DAY * 60) == 0
    assert matter.overdue_on(due + DAY * 61) == 1


def test_materials_asked_for_stop_the_clock_until_they_are_complete():
    matter = Matter().learn(registered())
    due = matter.duty("conclusion").due_on
    matter.learn(done("materials_asked", START + DAY * 5))
    waiting = matter.duty("conclusion").state
    matter.learn(done("materials_complete", START + DAY * 25))

    assert waiting == "paused"
    assert matter.duty("conclusion").due_on == due + DAY * 20


def test_a_clock_that_has_run_out_is_not_stopped_any_more():
    matter = Matter().learn(registered())
    due = matter.duty("conclusion").due_on
    matter.learn(done("materials_asked", due + DAY * 5))

    assert (matter.duty("conclusion").state, matter.duty("conclusion").due_on) == (
        "open",
        due,
    )


def test_the_hander_may_set_another_day_and_the_last_one_counts():
    matter = Matter().learn(registered())
    matter.learn(
        signed("overridden", START + DAY, until=date(2021, 3, 5)),
        signed("overridden", START + DAY * 2, until=date(2021, 3, 8)),
    )

    assert matter.duty("conclusion").due_on == date(2021, 3, 8)


def test_a_release_ends_a_duty_with_its_reason():
    matter = Matter().learn(registered(), signed("waived", START + DAY))

    assert matter.duty("conclusion").state == "released"
    assert matter.announced[-1].changes[-1].reason == "duty_waived"
    assert matter.overdue_on(date(2030, 1, 1)) == 1  # the follow-up


def test_rules_without_it_let_nobody_stop_or_set_a_clock():
    duty = Matter().learn(registered()).duty("follow_up/1")
    record = SignedAdjustment(START, COUNTY, CHIEF, "原因", until=START + DAY)

    assert codes(adjustments.pause_problems(duty, FOLLOW_UP)) == {"not_pausable"}
    assert codes(adjustments.override_problems(record, duty, FOLLOW_UP)) == {
        "not_overridable"
    }
    assert codes(adjustments.resumption_problems(record, duty)) == {"duty_not_paused"}


@pytest.mark.parametrize("below", sorted({*DIRECTORY.subtree(CITY, START)} - {CITY}))
def test_no_office_moves_the_duty_of_one_that_is_not_below_it(below):
    duty = replace(Matter().learn(registered()).duty("conclusion"), office=CITY)
    posts = DIRECTORY.office(below).posts
    record = SignedAdjustment(START, below, next(iter(posts)), "原因")
    own = replace(record, by_office=CITY, by_post=CHIEF)
    order = (duty, DIRECTORY, START)

    assert codes(adjustments.in_order(record, *order)) == {"office_unrelated"}
    assert codes(adjustments.in_order(own, *order)) == set()
    assert codes(adjustments.not_from_above(own, duty, "410000")) == {"own_office"}
    assert codes(adjustments.not_from_above(own, duty, CITY)) == set()


def test_an_extension_that_the_hub_grants_is_signed_by_it_or_above():
    matter = Matter().learn(registered())
    by_hub = replace(CONCLUSION, extension=replace(CONCLUSION.extension, by="hub"))

    def faults(office):
        return extension(matter, rule=by_hub, by_office=office, by_post="检察长")

    assert faults(COUNTY) == {"hub_grants"}
    assert faults(PROGRAMME.hub) == set()


@pytest.mark.parametrize(
    "other",
    [
        lambda n: done("comment", START + DAY * n, text=f"第{n}次"),
        lambda n: facts.named(START + DAY * n, (COUNTY, CHIEF)),
        lambda n: registered(START + DAY * n),
        lambda n: signed("extended", START, duty="another", days=n),
    ],
)
def test_a_hundred_edits_and_comments_and_reassignments_move_no_clock(other):
    matter = Matter().learn(registered())
    before, told = dict(matter.duties), len(matter.announced)
    for n in range(1, 101):
        matter.learn(other(n))

    assert matter.duties == before
    assert len(matter.announced) == told


# -- the order of facts

_LATER = {
    "answered": lambda on: done("answered", on),
    "cause": lambda on: done("cause_found", on),
    "remedy": lambda on: done("remedy_done", on),
    "asked": lambda on: done("materials_asked", on),
    "complete": lambda on: done("materials_complete", on),
    "replied": lambda on: happened("intake.reply_given", on, kind="progress"),
    "resolved": lambda on: happened("matter.case_resolved", on),
    "reopened": lambda on: happened("matter.case_reopened", on),
    "extended": lambda on: signed("extended", on, days=10),
    "paused": lambda on: signed("paused", on),
    "unpaused": lambda on: signed("unpaused", on),
    "overridden": lambda on: signed("overridden", on, until=on + DAY * 9),
    "waived": lambda on: signed("waived", on),
    "occurrence": lambda on: OccurrenceBegun(
        on=on, rule="follow_up", of=None, occurrence=(on - START).days % 4 + 1
    ),
}


_drawn = st.lists(
    st.tuples(st.sampled_from(sorted(_LATER)), st.integers(0, 250)),
    max_size=10,
    unique_by=lambda each: (each[0], each[1] % 4) if each[0] == "occurrence" else each,
)


@settings(max_examples=30)
@given(st.data(), _drawn)
def test_the_order_in_which_acts_records_and_occurrences_are_recorded_changes_nothing(
    data, drawn
):
    facts = [registered(), *(_LATER[name](START + DAY * n) for name, n in drawn)]
    usual = Matter().learn(*facts)
    other = Matter().learn(*data.draw(st.permutations(facts)))

    assert other.duties == usual.duties
    assert other.sums() == usual.sums()
    days = {since for _, since in usual.sums()}
    assert all(usual.overdue_on(day) >= 0 for day in days)
