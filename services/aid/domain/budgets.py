"""
What an office may grant in a year, and what it has granted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.errors import Problem, reject_if
from shared.rules import day_has_come


@dataclass(frozen=True, kw_only=True)
class Budget:
    """
    The budget of an office for a year, in fen, by a document of its finance office; a
    newer one takes the place of the one before.
    """

    id: str
    office: str
    year: int
    amount: int
    document: str
    entered_on: date
    entered_by: str


@dataclass(frozen=True, kw_only=True)
class Grant:
    """
    What a granted application takes from the budget of an office, in fen.
    """

    application: str
    office: str
    year: int
    amount: int


@dataclass(frozen=True)
class Spending:
    """
    A budget and what was granted of it, in fen.
    """

    budget: int
    granted: int

    @property
    def remaining(self) -> int:
        return self.budget - self.granted


def enter(
    identity: str,
    *,
    office: str,
    year: int,
    amount: int,
    document: str,
    granted: int,
    by: str,
    on: date,
) -> Budget:
    """
    A budget, or its correction; *granted* is what was granted of it already.

    Raises `Rejected` for less than that.
    """
    problems = []
    if amount < granted:
        problems.append(
            Problem(
                "budget_below_grants",
                "预算少于该年已决定的救助金额。",
                "请核对预算数。",
                "/amount_yuan",
            )
        )
    reject_if([*problems, *day_has_come(date(year, 1, 1), on, "/year", "年度")])
    return Budget(
        id=identity,
        office=office,
        year=year,
        amount=amount,
        document=document,
        entered_on=on,
        entered_by=by,
    )
