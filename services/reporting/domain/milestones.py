"""
When an office reached a milestone of its programme, read from the ledger day by day.

An office owes each milestone (PY-04). Nothing is owed any more from the day on which
the rate was reached; before the milestone's own day it can be lost again, after it not:
who reached the rate late has reached it. The judgement is recomputed whenever an entry
that matters is posted, and the difference to what was announced before is announced.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from services.reporting.domain.figures import short_by
from services.reporting.domain.measures import Registry
from services.reporting.events import MilestoneJudged
from shared.policy.parts.targets import Milestone
from shared.policy.programme import Programme

Daily = Mapping[tuple[date, str], int]
"""
(day, measure) to what the day added.
"""

Turn = tuple[date, bool]
"""
A day, and whether the milestone counted as reached from that day.
"""


class Stand(NamedTuple):
    """
    How many cases of its *base* an office has resolved at the end of a day.
    """

    day: date
    resolved: int
    base: int


@dataclass(frozen=True)
class Course:
    """
    What each day added to the counts of one office's own cases: of all of them, and of
    those on the frozen list that governs the rate from *frozen_on* (A-06).
    """

    live: Daily
    listed: Daily | None = None
    frozen_on: date | None = None

    def stands(
        self,
        until: date,
        *,
        also: Iterable[date],
        ended_counts: bool,
        registry: Registry,
    ) -> list[Stand]:
        """
        How the office stands at the end of each day on which anything changed, and of
        the *also* days; none after *until*.
        """
        measure = registry.shortfall
        parts = [str(measure.numerator)]
        if ended_counts and measure.or_ended:
            parts.append(measure.or_ended)
        base, listed = str(measure.denominator), self.listed or {}
        days = {day for day, _ in self.live} | {day for day, _ in listed} | set(also)
        days |= {self.frozen_on} if self.frozen_on else set()
        live_sums, listed_sums, stands = (0, 0), (0, 0), []
        for day in sorted(day for day in days if day <= until):
            live_sums = _added(live_sums, self.live, day, parts, base)
            if listed:
                listed_sums = _added(listed_sums, listed, day, parts, base)
            governed = self.frozen_on is not None and self.frozen_on <= day
            stands.append(Stand(day, *(listed_sums if governed else live_sums)))
        return stands


def _added(
    sums: tuple[int, int], daily: Daily, day: date, parts: Iterable[str], base: str
) -> tuple[int, int]:
    part = sum(daily.get((day, name), 0) for name in parts)
    return sums[0] + part, sums[1] + daily.get((day, base), 0)


def turns(stands: Iterable[Stand], milestone: Milestone) -> Iterator[Turn]:
    """
    Yield the days on which the milestone was reached, or lost again before its own day.

    *stands* have one of the milestone's day. An office without cases has reached it on
    that day, and not before.
    """
    reached = False
    for day, part, base in stands:
        # Reached for good: after its day it cannot be lost (PY-04).
        if reached and day > milestone.on:
            return
        now = (base > 0 or day >= milestone.on) and not short_by(
            base, part, milestone.percent
        )
        if now != reached:
            reached = now
            yield day, reached


def judgements_of(
    programme: Programme,
    office: str,
    milestone: date,
    *,
    before: Collection[Turn],
    now: Collection[Turn],
) -> Iterator[MilestoneJudged]:
    """
    Yield the events that bring readers from the judgements *before* to those of *now*:
    what no longer holds is revoked on its own day, then the new days follow.
    """
    revoked = [(day, not reached) for day, reached in sorted(set(before) - set(now))]
    fresh = sorted(set(now) - set(before))
    for day, reached in (*revoked, *fresh):
        yield MilestoneJudged(
            office=office,
            case_number=programme.milestone_matter(office, milestone),
            occurred_on=day,
            programme=programme.code,
            milestone=milestone,
            reached=reached,
        )
