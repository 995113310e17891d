"""
What a signed return says of the milestones: which office had reached which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from services.reporting.domain.figures import Asked, settled, short_by
from services.reporting.events import MilestoneJudged
from shared.policy.directory import Directory
from shared.policy.programme import Programme

ONE_DAY = timedelta(days=1)


def judged(
    asked: Asked,
    figures: Mapping[str, Any],
    programme: Programme,
    directory: Directory,
) -> Iterator[MilestoneJudged]:
    """
    The next milestone of each office as reached or not; of those past, the ones
    reached at last, from the day after: the return's own day stays as it was signed.

    Only lines of an office's own cases judge it, not those of a whole subtree (PY-04).
    """
    ended_counts = programme.settings.count_ended_as_resolved
    coming, on = programme.milestone_for(asked.as_of), asked.as_of
    for row in figures["rows"]:
        office = row["office"]
        whole = office != asked.office and directory.children(office, on)
        if whole or not directory.is_within(office, programme.hub, on):
            continue
        towards = settled(row, ended_counts=ended_counts)
        for milestone in programme.milestones:
            reached = not short_by(row["base"], towards, milestone.percent)
            late = milestone.on < on
            if (late and reached) or (not late and milestone == coming):
                yield MilestoneJudged(
                    office=office,
                    case_number=programme.milestone_matter(office, milestone.on),
                    occurred_on=on + ONE_DAY if late else on,
                    programme=programme.code,
                    milestone=milestone.on,
                    reached=reached,
                )
