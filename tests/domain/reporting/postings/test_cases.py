"""
What the facts of a case add to the measures.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import CITY, COUNTY
from tests.builders.postings import DAY, act, posted, sums


def test_a_case_in_scope_counts_from_the_day_it_was_reported():
    found = posted("intake.case_opened", DAY, in_scope=True, repeats=3)

    assert sums(*found) == {("base", DAY): 1, ("repeats", DAY): 3}
    assert found[0].office == COUNTY


def test_a_case_out_of_scope_counts_nowhere():
    found = posted("intake.case_opened", DAY, in_scope=False, repeats=3)

    assert found == ()


@pytest.mark.requirement("PY-47")
def test_everyday_cases_count_apart_and_move_with_their_office():
    kind, none = "assignment.everyday_counted", {"cases": 0, "resolved": 0, "closed": 0}
    came = posted(kind, DAY, **{**none, "cases": 1, "from_office": None})
    moved = posted(kind, DAY, **none, from_office=CITY)
    done = {"cases": 0, "resolved": 1, "closed": 1, "from_office": None}

    assert sums(*came) == {("everyday", DAY): 1}
    assert [(e.office, e.amount) for e in moved] == [(CITY, -1), (COUNTY, 1)]
    assert sums(*posted(kind, DAY, **done)) == {
        ("everyday_resolved", DAY): 1,
        ("everyday_closed", DAY): 1,
    }


def test_a_repeat_that_is_none_counts_no_more_from_the_decision_on():
    day = date(2021, 2, 1)
    read = {"in_scope": True, "counted": True}
    repeat = posted("intake.case_repeated", DAY, **read)
    withdrawn = posted("intake.case_repeat_withdrawn", day, **read)

    assert sums(*repeat, *withdrawn) == {("repeats", DAY): 1, ("repeats", day): -1}


@pytest.mark.parametrize(
    "read",
    [{"in_scope": True, "counted": False}, {"in_scope": False, "counted": True}],
)
@pytest.mark.parametrize(
    "kind", ["intake.case_repeated", "intake.case_repeat_withdrawn"]
)
def test_a_repeat_that_the_programme_does_not_count_counts_nowhere(kind, read):
    assert posted(kind, DAY, **read) == ()


def test_a_merge_and_its_undo_leave_nothing_behind():
    day = date(2021, 2, 1)
    merged = posted("intake.case_merged", day, in_scope=True, repeats=3)
    undone = posted("intake.case_unmerged", day, in_scope=True, repeats=3)

    assert sums(*merged) == {
        ("base", day): -1,
        ("repeats", day): -3,
        ("duplicates", day): 1,
    }
    assert sums(*merged, *undone) == {}


@pytest.mark.parametrize(
    ("kind", "measure"),
    [
        ("assignment.case_resolved", "resolved"),
        ("assignment.case_ended", "ended"),
        ("assignment.case_concluded", "concluded"),
        ("assignment.leader_named", "led"),
    ],
)
def test_a_fact_in_scope_counts_once_in_its_measure(kind, measure):
    assert sums(*posted(kind, DAY, in_scope=True)) == {(measure, DAY): 1}
    assert posted(kind, DAY, in_scope=False) == ()


def test_a_leader_released_is_no_longer_counted():
    found = posted("assignment.leader_released", DAY, in_scope=True)

    assert sums(*found) == {("led", DAY): -1}


@pytest.mark.requirement("I-40")
def test_a_case_with_a_first_handler_counts_once_until_no_record_of_it_stands():
    def named(**of):
        return act("first_handler_named", **of)

    first, again = named(in_scope=True, first=True), named(in_scope=True, first=False)
    one_gone = named(withdrawn=True, in_scope=True, last=False)
    last_gone = named(withdrawn=True, in_scope=True, last=True)
    counted = {("first_handlers", DAY): 1}

    assert sums(*first, *again) == counted
    assert sums(*first, *again, *one_gone) == counted
    assert sums(*first, *again, *one_gone, *last_gone) == {}
    assert named(in_scope=False, first=True) == ()
