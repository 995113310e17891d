"""
Average wages and budgets.
"""

from __future__ import annotations

from services.aid.domain.budgets import Budget
from services.aid.domain.wages import Wage
from shared.records.views import view_of
from shared.web.schema.fields import (
    Strict,
    count,
    money,
    office_code,
    signed_money,
    text,
)

_FIRST_YEAR, _LAST_YEAR = 2000, 2199


class WageEntered(Strict):
    """A published average monthly wage; without *place* that of the own office."""

    place = office_code()
    year = count(least=_FIRST_YEAR, most=_LAST_YEAR)
    amount_yuan = money(attribute="amount")
    source = text(longest=300)


class WageConfirmed(Strict):
    """The confirmation; what was compared stands in the figure itself."""


WageView = view_of(
    Wage,
    without=("amount", "entered_by", "confirmed_by"),
    amount_yuan=money(attribute="amount"),
)


class BudgetEntered(Strict):
    """The budget of an office for a year; a newer one takes its place."""

    office = office_code()
    year = count(least=_FIRST_YEAR, most=_LAST_YEAR)
    amount_yuan = money(attribute="amount")
    document = text(longest=80)


BudgetView = view_of(
    Budget,
    without=("amount", "entered_by"),
    amount_yuan=money(attribute="amount"),
)


class SpendingView(BudgetView):  # type: ignore[misc, valid-type]
    """A budget, what was granted in its year, and what is left of it."""

    granted_yuan = money(attribute="granted")
    left_yuan = signed_money(attribute="left")
