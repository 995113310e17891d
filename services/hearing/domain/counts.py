"""
How many hearings were held, and what became of them: by the post in the chair and by
the level of the office (DY-19, DY-20, DY-22).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from shared.policy.directory import Directory
from shared.vocabulary import Term


class CountedBy(Term):
    """
    By what hearings are counted.
    """

    CHAIR = "chair", "主持人职务"
    LEVEL = "level", "机关层级"


@dataclass(frozen=True)
class HearingCount:
    """
    How many were *held*, of these how many with a leader or the head of a department in
    the chair, and how many after which the matter was settled.
    """

    held: int = 0
    leader_chaired: int = 0
    settled: int = 0

    def __add__(self, other: HearingCount) -> HearingCount:
        return HearingCount(
            self.held + other.held,
            self.leader_chaired + other.leader_chaired,
            self.settled + other.settled,
        )


def by_level(
    counts: Mapping[str, HearingCount], directory: Directory
) -> dict[str, HearingCount]:
    """
    The counts of offices by the levels of the directory that these offices have.
    """
    levels: defaultdict[str, HearingCount] = defaultdict(HearingCount)
    for code, count in counts.items():
        levels[directory.office(code).level] += count
    return dict(levels)


def most_first(counts: Mapping[str, HearingCount]) -> list[tuple[str, HearingCount]]:
    """
    The counts with the most hearings first, of as many in the order of their values.
    """
    return sorted(counts.items(), key=lambda each: (-each[1].held, each[0]))
