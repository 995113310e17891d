"""
The lists of cases that rates are measured against, and what is missing to a target.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.assignment.domain.leaders.workload import Share
from shared.errors import Fault
from shared.policy.programme import Programme
from shared.policy.targets import Baseline

ALL = "all"


def stated_in(
    programme: Programme, baseline_id: str
) -> tuple[Baseline | None, tuple[Fault, ...]]:
    """
    The baseline the programme states; one that states none has the base `all`.
    """
    known = {each.id: each for each in programme.baselines}
    if baseline_id in known or (not known and baseline_id == ALL):
        return known.get(baseline_id), ()
    names = "、".join(known) or ALL
    detail = f"本专项没有基数“{baseline_id}”。"
    fault = Fault("no_such_baseline", detail, f"可填：{names}。", "/baseline")
    return None, (fault,)


def freezing_faults(stated: Baseline | None, on: date) -> Iterator[Fault]:
    """
    Only what the document freezes is frozen, and on the day it says.
    """
    if stated is None:
        return
    if stated.base == "live":
        yield Fault(
            "baseline_is_live",
            f"“{stated.title}”按实时清单计算，不冻结。",
            "实时数见各报表。",
            "/baseline",
        )
    elif stated.frozen_on != on:
        yield Fault(
            "other_day",
            f"“{stated.title}”应以 {stated.frozen_on} 的清单为准。",
            f"请填写 {stated.frozen_on}。",
            "/frozen_on",
        )


@dataclass(frozen=True)
class Origins:
    """
    Which cases a baseline counts: *only* those of some origins, or all but the
    *others*; neither: all.
    """

    only: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


def origins_of(baseline: Baseline | None, programme: Programme) -> Origins:
    """
    One that names no origins takes what no other names.
    """
    if baseline is None:
        return Origins()
    if baseline.origins:
        return Origins(only=frozenset(baseline.origins))
    named = (origin for each in programme.baselines for origin in each.origins)
    return Origins(others=frozenset(named))


def short_by(resolved: Share, percent: int) -> int:
    """
    How many more a milestone asks for, in whole cases (I-21).
    """
    wanted = -(-percent * resolved.whole // 100)
    return max(0, wanted - resolved.part)
