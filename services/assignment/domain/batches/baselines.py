"""
The lists of cases that rates are measured against: what may be frozen, and which cases.

What of a list is resolved is computed by reporting, from the measure ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.errors import Problem
from shared.policy.parts.targets import Baseline
from shared.policy.programme import Programme

ALL = "all"


@dataclass(frozen=True, kw_only=True)
class FrozenList:
    """
    A list that was frozen: how many cases it has (*size*), and how many the programme's
    document *stated*, if it says so.
    """

    id: str
    programme: str
    baseline: str
    office: str
    frozen_on: date
    stated: int | None
    size: int = 0


def stated_in(
    programme: Programme, baseline_id: str
) -> tuple[Baseline | None, tuple[Problem, ...]]:
    """
    Return the baseline that the programme states under this id, or a problem if it
    states none. A programme without baselines has one of id `all`, for which nothing is
    stated.
    """
    baselines = {baseline.id: baseline for baseline in programme.baselines}
    if baseline_id in baselines or (not baselines and baseline_id == ALL):
        return baselines.get(baseline_id), ()
    names = "、".join(baselines) or ALL
    detail = f"本专项没有基数“{baseline_id}”。"
    problem = Problem("no_such_baseline", detail, f"可填：{names}。", "/baseline")
    return None, (problem,)


def freezing_problems(baseline: Baseline | None, on: date) -> Iterator[Problem]:
    """
    A list that stays live is not frozen. One that the document freezes is frozen on the
    day it says; where it says no day the hub chooses one.
    """
    if baseline is None:
        return
    if baseline.base == "live":
        yield Problem(
            "baseline_is_live",
            f"“{baseline.title}”按实时清单计算，不冻结。",
            "实时数见各报表。",
            "/baseline",
        )
    elif baseline.frozen_on not in {None, on}:
        yield Problem(
            "other_day",
            f"“{baseline.title}”应以 {baseline.frozen_on} 的清单为准。",
            f"请填写 {baseline.frozen_on}。",
            "/frozen_on",
        )


@dataclass(frozen=True)
class Listed:
    """
    Which cases a baseline lists: *only* those of some origins, or all but the *others*;
    neither: all. In scope, or, if *open*, all that are open whatever their scope.
    """

    only: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    open: bool = False


def listed_by(baseline: Baseline | None, programme: Programme) -> Listed:
    """
    A baseline that names no origins lists the cases whose origin no other names.
    """
    if baseline is None:
        return Listed()
    every = baseline.lists == "open"
    if baseline.origins:
        return Listed(only=frozenset(baseline.origins), open=every)
    named = (origin for baseline in programme.baselines for origin in baseline.origins)
    return Listed(others=frozenset(named), open=every)
