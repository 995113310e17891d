"""
Average wages: entered by one, confirmed by another, the nearest place governs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.aid.domain import budgets, wages
from services.aid.domain.wages import WageState
from shared.errors import Conflict, Rejected
from tests.builders import places
from tests.builders.aid import WAGE

TODAY = date(2021, 5, 28)
ENTERED = wages.enter(
    "w2", place="410900", year=2020, amount=520_000, source="公报", by="甲", on=TODAY
)


def test_a_wage_counts_when_another_person_has_confirmed_it():
    confirmed, superseded = wages.confirm(ENTERED, [WAGE], by="乙", on=TODAY)

    assert confirmed.state is WageState.CONFIRMED
    assert superseded == [replace(WAGE, state=WageState.SUPERSEDED)]


def test_nobody_confirms_what_they_entered_and_nothing_twice():
    with pytest.raises(Conflict) as refused:
        wages.confirm(ENTERED, [], by="甲", on=TODAY)
    assert refused.value.code == "confirms_own_entry"

    with pytest.raises(Conflict) as refused:
        wages.confirm(WAGE, [], by="乙", on=TODAY)
    assert refused.value.code == "already_confirmed"


def test_a_wage_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        wages.enter(
            "w", place="410900", year=2022, amount=0, source=" ", by="甲", on=TODAY
        )

    assert places(refused) == {
        ("source_missing", "/source"),
        ("not_positive", "/amount_yuan"),
        ("date_in_future", "/year"),
    }


def test_the_figure_of_the_nearest_place_governs():
    county = replace(WAGE, place="410922", amount=480_000)
    lineage = ("410922", "410900", "410000")

    assert wages.nearest([WAGE, county], lineage) == county
    assert wages.nearest([WAGE], lineage) == WAGE
    assert wages.nearest([county], lineage[1:]) is None


def test_no_budget_is_less_than_what_was_granted_of_it():
    with pytest.raises(Rejected) as refused:
        budgets.enter(
            "b1",
            office="410902",
            year=2021,
            amount=99,
            document="财〔2021〕1号",
            granted=100,
            by="甲",
            on=TODAY,
        )

    assert places(refused) == {("budget_below_grants", "/amount_yuan")}
