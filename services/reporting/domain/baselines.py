"""
The lists of cases that a programme measures its rates on: frozen, or as they stand.

A frozen list is known from the events that name its cases. A live list is made of the
cases in the base, by the origin they came with. Both are read from the ledger, so that
the list of a past day is the list as it stood, and as it was known (A-06).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting.domain.figures import Counts, Goal, missing, rate_text
from services.reporting.domain.measures import Registry
from shared.policy.programme import Programme
from shared.policy.targets import Baseline

ALL = Baseline("all", "全部案件", "live", "A-06")
"""
The only baseline of a programme that states none.
"""


@dataclass(frozen=True)
class CaseList:
    """
    Which cases a baseline counts: those *frozen* under its id; or else those in the
    base whose origin is one of *only*, or none of *others*; or else all in the base.
    """

    frozen: str | None = None
    only: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def baselines_of(programme: Programme) -> tuple[Baseline, ...]:
    return programme.baselines or (ALL,)


def frozen_list(baseline: Baseline) -> CaseList:
    return CaseList(frozen=baseline.id)


def live_list(baseline: Baseline, programme: Programme) -> CaseList:
    """
    A baseline that names no origins takes the cases whose origin no other names.
    """
    if baseline.origins:
        return CaseList(only=baseline.origins)
    named = (origin for each in programme.baselines for origin in each.origins)
    return CaseList(others=tuple(dict.fromkeys(named)))


def governing_list(programme: Programme) -> CaseList | None:
    """
    The list that governs the rate from the day it is frozen; None if the programme
    measures its rate on the cases as they stand.
    """
    governs = next((each for each in programme.baselines if each.governs), None)
    return frozen_list(governs) if governs else None


def goal_of(programme: Programme, baseline: Baseline, as_of: date) -> Goal:
    """
    The milestone of a baseline, or of the programme where the baseline has none.
    """
    own = baseline.id if baseline.milestones else None
    shared = None if own else programme.target_for(as_of)
    target = programme.milestone_for(as_of, own) if own else shared
    return Goal(
        target.on if target else as_of,
        target.percent if target else None,
        programme.settings.count_ended_as_resolved,
    )


def rate_of(
    counts: Counts, goal: Goal, registry: Registry
) -> Iterator[tuple[str, Any]]:
    """
    What of a list is resolved: the count, the base, the rate and what is missing.
    """
    part, base = counts.parts(registry.shortfall, ended_counts=goal.ended_counts)
    yield "resolved", part
    yield "base", base
    yield "rate", rate_text(part, base)
    yield "short_by", missing(counts, goal, registry)
