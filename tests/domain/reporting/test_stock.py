"""
How the stock of open cases changed: what was open and came in is closed or still open.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.domain.figures import stock_flow
from shared.policy.calendar import a_year_before, period_before

MEASURES = ("base", "resolved", "ended", "concluded", "flowed_back", "struck_off")
SUMS = st.fixed_dictionaries(dict.fromkeys(MEASURES, st.integers(-9, 99)))


@pytest.mark.requirement("I-42", "XQ-08")
@given(SUMS, SUMS)
def test_the_table_always_balances(before, after):
    flow = stock_flow(before, after)
    came_in = flow["came_in"] + flow["flowed_back"]
    went_out = flow["closed"] + flow["struck_off"]

    assert flow["open_before"] + came_in - went_out == flow["open_after"]
    assert flow["open_before"] == stock_flow({}, before)["open_after"]


@pytest.mark.requirement("I-42", "XQ-08")
def test_what_flowed_back_came_in_again_and_was_closed_before():
    """
    Of ten open cases two are resolved, one ended, one struck off; one that was resolved
    earlier comes back, and one more is opened.
    """
    before = {"base": 13, "resolved": 3}
    after = {"base": 14, "resolved": 4, "ended": 1, "flowed_back": 1, "struck_off": 1}

    assert stock_flow(before, after) == {
        "open_before": 10,
        "came_in": 1,
        "flowed_back": 1,
        "closed": 3,
        "resolved": 1,
        "struck_off": 1,
        "open_after": 8,
    }


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2021, 3, 31), date(2020, 3, 31)),
        (date(2020, 2, 29), date(2019, 2, 28)),
        (date(2021, 2, 28), date(2020, 2, 28)),
    ],
)
def test_a_year_before(day, before):
    assert a_year_before(day) == before


@pytest.mark.requirement("I-48")
@pytest.mark.parametrize(
    ("since", "until", "before"),
    [
        # A month, two months over the new year, a quarter: whole months.
        ((2021, 3, 1), (2021, 3, 31), ((2021, 2, 1), (2021, 2, 28))),
        ((2021, 1, 1), (2021, 2, 28), ((2020, 11, 1), (2020, 12, 31))),
        ((2021, 4, 1), (2021, 6, 30), ((2021, 1, 1), (2021, 3, 31))),
        # A week, a day, and what is no whole month.
        ((2021, 3, 15), (2021, 3, 21), ((2021, 3, 8), (2021, 3, 14))),
        ((2021, 3, 1), (2021, 3, 1), ((2021, 2, 28), (2021, 2, 28))),
        ((2021, 3, 1), (2021, 3, 30), ((2021, 1, 30), (2021, 2, 28))),
    ],
)
def test_the_period_before_has_as_many_months_or_days(since, until, before):
    first, last = before

    assert period_before(date(*since), date(*until)) == (date(*first), date(*last))
