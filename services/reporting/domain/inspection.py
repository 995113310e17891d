"""
Which offices stand out by a programme's thresholds: candidates, never a verdict.

PY-37, A-24. Only counts of cases and duties go in, nothing about a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from services.reporting.domain.figures import Counts, Goal
from services.reporting.domain.measures import Registry
from services.reporting.domain.postings.closings import CLOSED_AS
from shared.policy.parts.escalation import Threshold

_QUARTER = 4
_RATES = frozenset({"rate", "behind_milestone"})
_OVER = (*CLOSED_AS, "struck_off")
_OPEN_CASES = ("base", *_OVER)


def value_of(
    measure: str, counts: Counts, goal: Goal, registry: Registry
) -> Fraction | None:
    """
    The value of a threshold's measure for one office; rates in percent, None where the
    office has no cases. Rates are those of the returns, on the governing base.
    """
    if measure in _RATES:
        part, base = counts.parts(registry.shortfall, ended_counts=goal.ended_counts)
        return Fraction(100 * part, base) if base else None
    if measure == "open_cases":
        closed = sum(counts.live[name] for name in _OVER)
        return Fraction(counts.live["base"] - closed)
    return Fraction(counts.live[measure])


def measures_of(thresholds: Iterable[Threshold], registry: Registry) -> tuple[str, ...]:
    """
    The counts that the thresholds' measures are made of.
    """
    names = (_counts_of(threshold.measure, registry) for threshold in thresholds)
    return tuple(dict.fromkeys(chain.from_iterable(names)))


def _counts_of(measure: str, registry: Registry) -> tuple[str, ...]:
    if measure in _RATES:
        return tuple(registry.shortfall.counts)
    return _OPEN_CASES if measure == "open_cases" else (measure,)


@dataclass(frozen=True)
class Candidate:
    """
    An office that a threshold names, and why.
    """

    office: str
    threshold: Threshold
    value: Fraction
    limit: Fraction

    @property
    def value_shown(self) -> str:
        if self.threshold.measure in _RATES:
            return f"{float(self.value):.1f}%"
        return str(int(self.value))

    @property
    def reason(self) -> str:
        edge = f"{float(self.limit):g}"
        words = {
            "top_quartile": f"在所辖单位中居前四分之一（界限 {edge}）",
            "bottom_quartile": f"在所辖单位中居后四分之一（界限 {edge}）",
            "below": f"低于 {edge}",
            "at_least": f"达到 {edge}",
        }
        return f"{self.threshold.title}：{self.value_shown}，{words[self.threshold.at]}"


def candidates(
    thresholds: Sequence[Threshold],
    counts_over: Callable[[int | None], Mapping[str, Counts]],
    goal: Goal,
    registry: Registry,
) -> Iterator[Candidate]:
    """
    The offices each threshold names, worst first; nobody is behind where the programme
    sets no one rate for all its cases.

    *counts_over*: the counts of each office over so many days, or (None) of all time.
    """
    for threshold in thresholds:
        values = {
            office: value
            for office, counts in counts_over(threshold.over).items()
            if (value := value_of(threshold.measure, counts, goal, registry))
            is not None
        }
        limit = _limit(threshold, list(values.values()), goal.percent)
        if limit is None:
            continue
        worse = -1 if threshold.at in {"top_quartile", "at_least"} else 1
        for office, value in sorted(
            values.items(), key=lambda pair: (worse * pair[1], pair[0])
        ):
            on_the_edge = value == limit and threshold.at != "below"
            if on_the_edge or worse * value < worse * limit:
                yield Candidate(office, threshold, value, limit)


def _limit(
    threshold: Threshold, values: list[Fraction], milestone_percent: int | None
) -> Fraction | None:
    """
    The value from which an office stands out; None where none can.
    """
    if threshold.at in {"top_quartile", "bottom_quartile"}:
        if len(set(values)) < 2:
            return None  # all alike: nobody stands out
        best_first = sorted(values, reverse=threshold.at == "top_quartile")
        return best_first[-(-len(values) // _QUARTER) - 1]
    if threshold.value is not None:
        return Fraction(threshold.value)
    return None if milestone_percent is None else Fraction(milestone_percent)
