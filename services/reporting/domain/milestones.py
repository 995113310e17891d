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

from services.reporting.domain.figures import Counts, Goal, missing
from services.reporting.domain.measures import Registry
from services.reporting.events import MilestoneJudged
from shared.policy.programme import Programme
from shared.policy.targets import Milestone

Daily = Mapping[tuple[date, str], int]
"""
(day, measure) to what the day added.
"""

Turn = tuple[date, bool]
"""
A day, and whether the milestone counted as reached from that day.
"""


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
        self, until: date, *, also: Iterable[date], registry: Registry
    ) -> Iterator[tuple[date, Counts]]:
        """
        How the office stands at the end of each day on which anything changed, and of
        the *also* days; none after *until*.
        """
        days = {day for day, _ in (*self.live, *(self.listed or ()))} | set(also)
        days |= {self.frozen_on} if self.frozen_on else set()
        live = dict.fromkeys(registry.on_a_list, 0)
        listed = dict.fromkeys(registry.on_a_list, 0)
        for day in sorted(day for day in days if day <= until):
            _add(live, self.live, day)
            _add(listed, self.listed or {}, day)
            governed = self.frozen_on is not None and self.frozen_on <= day
            yield day, Counts(dict(live), dict(listed) if governed else None)


def _add(counts: dict[str, int], daily: Daily, day: date) -> None:
    for name in counts:
        counts[name] += daily.get((day, name), 0)


def turns(
    course: Course,
    milestone: Milestone,
    *,
    ended_counts: bool,
    today: date,
    registry: Registry,
) -> Iterator[Turn]:
    """
    The days on which the milestone was reached, or lost again before its day.

    An office without cases has reached it on its day, and not before.
    """
    goal, reached = Goal(milestone.on, milestone.percent, ended_counts), False
    for day, counts in course.stands(today, also=[milestone.on], registry=registry):
        if reached and day > milestone.on:
            return
        _, base = counts.parts(registry.shortfall, ended_counts=ended_counts)
        now = not missing(counts, goal, registry) and (base > 0 or day >= milestone.on)
        if now != reached:
            reached = now
            yield day, reached


def judged(
    programme: Programme,
    office: str,
    milestone: date,
    *,
    before: Collection[Turn],
    now: Collection[Turn],
) -> Iterator[MilestoneJudged]:
    """
    What to announce so that readers who knew *before* now know *now*: what is no longer
    so is revoked on its own day, then the new days follow.
    """
    gone = [(day, not reached) for day, reached in sorted(set(before) - set(now))]
    fresh = sorted(set(now) - set(before))
    for day, reached in (*gone, *fresh):
        yield MilestoneJudged(
            office=office,
            case_number=programme.milestone_matter(office, milestone),
            occurred_on=day,
            programme=programme.code,
            milestone=milestone,
            reached=reached,
        )
