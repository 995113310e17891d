"""
Judicial aid under a programme: how much at most, by the average wage of which place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.errors import Problem
from shared.policy.calendar import Limit
from shared.yaml.decode import problem_in


@dataclass(frozen=True)
class Wage:
    """
    A place's average monthly wage of a year, in yuan.

    `office_prefix`: the offices whose code begins so. `verified` is false for a
    figure that nobody has compared with the statistics yet.
    """

    office_prefix: str
    year: int
    yuan: Decimal
    source: str
    verified: bool = False

    def problems(self) -> Iterator[Problem]:
        if self.yuan <= 0:
            message = "月平均工资须大于零。"
            yield problem_in(self, "yuan", "not_positive", message, "请改正金额。")


@dataclass(frozen=True)
class AidRules:
    """
    Judicial aid: how much at most, decided within which limit.
    """

    cap_months: int
    approval: Limit
    once_per_case_and_person: bool
    average_monthly_wage: tuple[Wage, ...]
    source: str

    def wage(self, office: str, year: int) -> Wage | None:
        """
        The wage of the narrowest area that an office lies in.
        """
        fitting = (
            wage
            for wage in self.average_monthly_wage
            if wage.year == year and office.startswith(wage.office_prefix)
        )
        return max(fitting, key=lambda wage: len(wage.office_prefix), default=None)

    def cap(self, office: str, decided_on: date) -> Decimal | None:
        """
        The highest sum in yuan: months times last year's average monthly wage.

        None: no wage is known, so nothing can be granted until one is entered.
        """
        wage = self.wage(office, decided_on.year - 1)
        return None if wage is None else wage.yuan * self.cap_months

    def problems(self) -> Iterator[Problem]:
        if self.cap_months <= 0:
            message = "救助上限的月数须大于零。"
            yield problem_in(
                self, "cap_months", "not_positive", message, "请改正月数。"
            )
        seen = set()
        for wage in self.average_monthly_wage:
            key = (wage.office_prefix, wage.year)
            if key in seen:
                message = f"{wage.office_prefix} 的 {wage.year} 年工资重复。"
                yield problem_in(
                    wage, "year", "duplicate_id", message, "请只保留一处。"
                )
            seen.add(key)
