"""
Which offices stand out by a programme's thresholds: candidates, never a verdict.

PY-37, A-24. Only counts of cases and duties go in, nothing about a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shared.policy.escalation import Threshold

_QUARTER = 4


@dataclass(frozen=True)
class Counts:
    """
    How one office stands on a day; *base* cases in scope, *resolved* of them.
    """

    base: int = 0
    open_cases: int = 0
    resolved: int = 0
    overdue: int = 0
    repeats: int = 0

    def measured(self, measure: str) -> Fraction | None:
        """
        The value of a measure; rates in percent, None where there are no cases.
        """
        if measure in {"rate", "behind_milestone"}:
            return Fraction(100 * self.resolved, self.base) if self.base else None
        return Fraction(getattr(self, measure))


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
    def shown(self) -> str:
        if self.threshold.measure in {"rate", "behind_milestone"}:
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
        return f"{self.threshold.title}：{self.shown}，{words[self.threshold.at]}"


def candidates(
    thresholds: Sequence[Threshold],
    counts: Mapping[str, Counts],
    milestone_percent: int | None,
) -> Iterator[Candidate]:
    """
    The offices each threshold names, worst first; nobody is behind where no one rate
    is asked of all cases.
    """
    for threshold in thresholds:
        found = {
            office: value
            for office, each in counts.items()
            if (value := each.measured(threshold.measure)) is not None
        }
        limit = _limit(threshold, list(found.values()), milestone_percent)
        if limit is None:
            continue
        worse = -1 if threshold.at in {"top_quartile", "at_least"} else 1
        for office, value in sorted(
            found.items(), key=lambda each: (worse * each[1], each[0])
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
