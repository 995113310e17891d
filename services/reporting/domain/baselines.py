"""
The lists of cases that a programme measures its rates on: frozen, or as they stand.

A frozen list follows from the events that name its cases. A live list is made of the
cases in the base, by the origin they came with. Both are read from the ledger, so that
the list of a past day is the list as it stood on that day (A-06).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from services.reporting.domain.figures import (
    Counts,
    Goal,
    Sums,
    missing,
    rate_text,
    whole_of,
)
from services.reporting.domain.measures import Registry
from shared.policy.parts.targets import Baseline
from shared.policy.programme import Programme

_Key = TypeVar("_Key")

LISTED = "listed"
"""
The measure of the cases that a frozen list names.
"""
ALL = Baseline("all", "全部案件", "live", "A-06")
"""
The only baseline of a programme that states none.
"""


@dataclass(frozen=True)
class CaseList:
    """
    Which cases a live list counts: those in the base whose origin is one of *only*, or
    none of *others*; or else all in the base.
    """

    only: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


EVERY_CASE = CaseList()
"""
All cases in the base: what they add up to is what the ledger adds up to, for what is
not in the base has its closings taken back.
"""


def baselines_of(programme: Programme) -> tuple[Baseline, ...]:
    return programme.baselines or (ALL,)


def lists_in_figures(programme: Programme) -> tuple[Baseline, ...]:
    """
    The baselines whose rates stand in the figures as lines of their own: those that can
    be frozen, except the one that governs the rate of the lines.
    """
    return tuple(
        baseline
        for baseline in programme.baselines
        if baseline.base != "live" and not baseline.governs
    )


def measures_on(frozen: str, measures: Iterable[str]) -> tuple[str, ...]:
    """
    What counts *measures* of the cases on a *frozen* list alone: the ledger has it
    beside the measures themselves (decision 0098).
    """
    return tuple(f"{frozen}/{measure}" for measure in measures)


def is_on_list(measure: str) -> bool:
    """
    Whether it is one of `measures_on` some frozen list.
    """
    return "/" in measure


def on_frozen_list(
    frozen: str, sums: Mapping[tuple[_Key, str], int]
) -> dict[tuple[_Key, str], int]:
    """
    Of sums by measure, those of the cases on a *frozen* list, by what they count.
    """
    (prefix,) = measures_on(frozen, [""])
    return {
        (key, measure.removeprefix(prefix)): amount
        for (key, measure), amount in sums.items()
        if measure.startswith(prefix)
    }


def live_list(baseline: Baseline, programme: Programme) -> CaseList:
    """
    A baseline that names no origins takes the cases whose origin no other names.
    """
    if baseline.origins:
        return CaseList(only=baseline.origins)
    origins = (origin for other in programme.baselines for origin in other.origins)
    return CaseList(others=tuple(dict.fromkeys(origins)))


def governing_list(programme: Programme) -> str | None:
    """
    The id of the list that governs the rate from the day it is frozen; None if the
    programme measures its rate on the cases as they stand.
    """
    governing = (baseline.id for baseline in programme.baselines if baseline.governs)
    return next(governing, None)


def baseline_rate(
    baseline: Baseline,
    goal: Goal,
    *,
    frozen: Sums | None,
    live: Sums,
    registry: Registry,
) -> dict[str, Any]:
    """
    What of a baseline's lists is resolved; *frozen* is None before it was frozen.
    """
    frozen_size = frozen_rate = None
    if frozen is not None:
        frozen_size = sum(n for (_, name), n in frozen.items() if name == LISTED)
        frozen_rate = _rate(whole_of(frozen, None, registry), goal, registry)
    return {
        "baseline": baseline.id,
        "title": baseline.title,
        "source": baseline.source,
        "base": baseline.base,
        "governs": baseline.governs,
        "stated": baseline.size,
        "listed": frozen_size,
        "target_on": None if goal.percent is None else goal.on.isoformat(),
        "target_percent": goal.percent,
        "frozen": frozen_rate,
        "live": _rate(whole_of(live, None, registry), goal, registry),
    }


def _rate(counts: Counts, goal: Goal, registry: Registry) -> dict[str, Any]:
    part, base = counts.parts(registry.shortfall, ended_counts=goal.ended_counts)
    return {
        "resolved": part,
        "base": base,
        "rate": rate_text(part, base),
        "short_by": missing(counts, goal, registry),
    }
