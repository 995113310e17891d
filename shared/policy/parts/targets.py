"""
What a programme is to reach: the milestones of its rate, and what that is measured on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.errors import Problem
from shared.yaml.decode import duplicates, problem_in


@dataclass(frozen=True)
class Milestone:
    """
    By a day, at least so many percent resolved; the number itself suffices (A-08).

    `implied`: the document does not say so in words (A-04).
    """

    on: date
    percent: int
    source: str
    implied: bool = False

    def problems(self) -> Iterator[Problem]:
        if not 0 < self.percent <= 100:
            message = f"化解率 {self.percent}% 不在 1 至 100 之间。"
            remedy = "请写 1 至 100 的整数。"
            yield problem_in(self, "percent", "percent_out_of_range", message, remedy)


@dataclass(frozen=True)
class Baseline:
    """
    What a rate is measured against: the cases of these origins (none: all others), as
    they stood on the document's day (`frozen`, A-06), on a day that the hub chooses
    because the document names none (`freezable`), or as they stand (`live`).

    `size`: the number the document states (XQ-05, JZ-04); `masked`: it hides it.
    `governs`: the programme's rate is measured on this frozen list from the day it is
    frozen, and the live list stands beside it. `lists`: what is frozen, the cases in
    scope or every case that is open, whatever its scope (JZ-04).
    """

    id: str
    title: str
    base: Literal["frozen", "freezable", "live"]
    source: str
    size: int | None = None
    frozen_on: date | None = None
    origins: tuple[str, ...] = ()
    masked: bool = False
    milestones: tuple[Milestone, ...] = ()
    governs: bool = False
    lists: Literal["in_scope", "open"] = "in_scope"

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.milestones, "on")
        if self.size is not None and self.size < 1:
            message = "基数须大于零。"
            yield problem_in(self, "size", "not_positive", message, "请改正或删除。")
        if (self.base == "frozen") is (self.frozen_on is None):
            message = "冻结的基数须写明哪一天冻结，择日冻结的和动态的不写。"
            remedy = "请补上或删除 frozen_on。"
            yield problem_in(self, "frozen_on", "missing_key", message, remedy)
        if self.governs and self.base == "live":
            message = "动态的基数不能作为化解率的基数。"
            yield problem_in(self, "governs", "not_frozen", message, "请删去 governs。")


def next_milestone(milestones: Iterable[Milestone], as_of: date) -> Milestone:
    """
    The next milestone on or after a day, after the last one the last.

    Where no rate is asked for, nothing is: 0 percent on the day itself.
    """
    in_order = sorted(milestones, key=lambda milestone: milestone.on)
    upcoming = (milestone for milestone in in_order if as_of <= milestone.on)
    last = in_order[-1] if in_order else Milestone(as_of, 0, "")
    return next(upcoming, last)
