"""
Judicial aid under a programme: how much at most, on which grounds, and on which not.

The average wages that the cap is counted in are no policy: offices enter and confirm
them in aid. What a programme's file has of them are examples, which nothing is granted
by (decision 0040).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from shared.errors import Problem
from shared.policy.calendar import Limit
from shared.yaml.decode import duplicates, problem_in


@dataclass(frozen=True)
class ExampleWage:
    """
    An invented average monthly wage of a year, in yuan, of the offices whose code
    begins with `office_prefix`.
    """

    office_prefix: str
    year: int
    yuan: Decimal
    source: str

    def problems(self) -> Iterator[Problem]:
        if self.yuan <= 0:
            message = "月平均工资须大于零。"
            yield problem_in(self, "yuan", "not_positive", message, "请改正金额。")


@dataclass(frozen=True)
class AidGround:
    """
    A condition of aid, or of its refusal; the verification says of each whether it
    holds.
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class AidLaw:
    """
    Who may be aided, who as a rule is not, and who alone may approve more than the cap.
    """

    grounds: tuple[AidGround, ...]
    refusals: tuple[AidGround, ...]
    over_cap_by: Literal["chief", "leader"]
    source: str

    def problems(self) -> Iterator[Problem]:
        yield from duplicates((*self.grounds, *self.refusals), "id")


@dataclass(frozen=True)
class EarlierWage:
    """
    Until the end of which month of a year a grant may be measured by the wage of the
    year before last, while that of the last year is not yet published.
    """

    through_month: int
    source: str

    def problems(self) -> Iterator[Problem]:
        if not 1 <= self.through_month <= _MONTHS:
            message = "月份应在 1 至 12 之间。"
            yield problem_in(
                self, "through_month", "not_a_month", message, "请改正月份。"
            )


_MONTHS = 12


@dataclass(frozen=True)
class AidRules:
    """
    Judicial aid: how much at most, decided within which limit. `earlier_wage`: what
    holds before last year's wage is published; without it no grant is measured then.
    """

    cap_months: int
    approval: Limit
    once_per_case_and_person: bool
    source: str
    example_wages: tuple[ExampleWage, ...] = ()
    earlier_wage: EarlierWage | None = None

    def years(self, on: date) -> tuple[int, ...]:
        """
        The years of which a wage may measure a grant of that day, the first that has a
        confirmed one (上一年度, 国家司法救助意见第三条).
        """
        last = on.year - 1
        earlier = self.earlier_wage
        if earlier is None or on.month > earlier.through_month:
            return (last,)
        return last, last - 1

    def problems(self) -> Iterator[Problem]:
        if self.cap_months <= 0:
            message = "救助上限的月数须大于零。"
            yield problem_in(
                self, "cap_months", "not_positive", message, "请改正月数。"
            )
        keys = set()
        for wage in self.example_wages:
            key = (wage.office_prefix, wage.year)
            if key in keys:
                message = f"{wage.office_prefix} 的 {wage.year} 年工资重复。"
                yield problem_in(
                    wage, "year", "duplicate_id", message, "请只保留一处。"
                )
            keys.add(key)
