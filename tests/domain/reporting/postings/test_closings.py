"""
What closings and their evaluations add, and what is taken back again.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.postings.closings import ClosingTerms
from tests.builders.postings import DAY, days, posted, stock, sums


@pytest.mark.parametrize("was", ["resolved", "ended", "concluded"])
def test_a_case_that_flows_back_is_no_longer_closed(was):
    found = posted("assignment.case_reopened", DAY, in_scope=True, was=was)

    assert sums(*found) == {(was, DAY): -1, ("flowed_back", DAY): 1}


lags = st.integers(0, 60)


@given(concluded=days, confirmed=lags, back=lags, grace=st.none() | lags)
@pytest.mark.parametrize("what", ["case_reopened", "closing_withdrawn"])
def test_a_closing_is_never_taken_back_before_it_counts(
    what, concluded, confirmed, back, grace
):
    confirmed_on = concluded + timedelta(days=confirmed)
    back_on = concluded + timedelta(days=back)
    terms = ClosingTerms(grace)
    closing = {
        "concluded_on": concluded.isoformat(),
        "confirmed_on": confirmed_on.isoformat(),
        "in_scope": True,
    }
    found = [
        *posted("assignment.case_resolved", concluded, terms=terms, **closing),
        *posted(f"assignment.{what}", back_on, terms=terms, was="resolved", **closing),
    ]
    counts = [stock(found, "resolved", entry.own_day) for entry in found]

    assert min(counts) >= 0
    assert stock(found, "resolved", max(back_on, confirmed_on)) == 0
    if what == "case_reopened":
        assert stock(found, "flowed_back", back_on) == 1


@pytest.mark.requirement("I-31")
def test_no_more_closings_are_evaluated_than_count_on_any_day():
    """
    Evaluated before it was confirmed: with the closing, which counts only after the
    days of a signed return; evaluated later: not before it counts; merged away, or
    flowed back: none.
    """
    signed = ClosingTerms(signed_until=date(2021, 3, 31))
    counts, late = date(2021, 4, 1), date(2021, 5, 6)
    of = {"in_scope": True}
    days = {"concluded_on": "2021-03-10", "confirmed_on": "2021-03-20"}
    looked_into = {**of, "kind": "evaluation", "first": True}
    before = posted(
        *("assignment.closing_evaluated", date(2021, 3, 15), signed),
        **{**looked_into, "counted": False, "confirmed_on": None},
    )
    after = posted(
        *("assignment.closing_evaluated", date(2021, 3, 25), signed),
        **{**looked_into, **days, "counted": True},
    )
    closed = {**of, "confirmed_on": "2021-03-20"}
    resolved, evaluated = (
        posted("assignment.case_resolved", date(2021, 3, 10), signed, **closed, **more)
        for more in ({}, {"evaluated": True})
    )
    gone = {**of, **days, "was": "resolved", "evaluated": True}
    merged = posted("assignment.closing_withdrawn", late, signed, **gone)
    flowed_back = posted("assignment.case_reopened", late, signed, **gone)
    once = {("resolved", counts): 1, ("evaluated", counts): 1}

    assert sums(*before, *evaluated) == once
    assert sums(*resolved, *after) == once
    gone_again = {**once, ("resolved", late): -1, ("evaluated", late): -1}
    assert sums(*evaluated, *merged) == gone_again
    assert sums(*evaluated, *flowed_back) == {**gone_again, ("flowed_back", late): 1}


@pytest.mark.requirement("I-31")
def test_a_merge_dated_before_an_evaluation_takes_it_back_on_its_own_day():
    of = {"in_scope": True, "concluded_on": "2021-02-20", "confirmed_on": "2021-02-25"}
    looked_into = posted(
        *("assignment.closing_evaluated", date(2021, 3, 10)),
        **{**of, "kind": "evaluation", "first": True, "counted": True},
    )
    gone = {**of, "was": "ended", "evaluated": True, "evaluated_on": "2021-03-10"}
    merged = posted("assignment.closing_withdrawn", date(2021, 3, 1), **gone)
    back = posted("assignment.closing_restored", date(2021, 4, 1), **gone)

    assert sums(*looked_into, *merged) == {("ended", date(2021, 3, 1)): -1}
    assert sums(*back) == {
        ("ended", date(2021, 4, 1)): 1,
        ("evaluated", date(2021, 4, 1)): 1,
    }


@pytest.mark.requirement("I-25")
def test_a_led_case_counts_as_resolved_and_led_until_it_flows_back():
    about = {"in_scope": True, "dispositions": [], "led": True}
    resolved = posted("assignment.case_resolved", DAY, **about)
    back = posted("assignment.case_reopened", DAY, was="resolved", **about)
    unled = posted("assignment.case_resolved", DAY, **{**about, "led": False})

    assert sums(*resolved) == {("resolved", DAY): 1, ("led_resolved", DAY): 1}
    assert ("led_resolved", DAY) not in sums(*unled)
    assert sums(*resolved, *back) == {("flowed_back", DAY): 1}
