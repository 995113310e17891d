"""
How many hearings were held, and what became of them: by the post or the person in the
chair and by the level of the office (DY-19, DY-20, DY-22).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple, dataclass

from shared.policy.describe.phrases import VALUES
from shared.policy.directory import Directory
from shared.share import Share
from shared.vocabulary import Term


class CountedBy(Term):
    """
    By what hearings are counted.
    """

    CHAIR = "chair", "主持人职务"
    LEADER = "leader", "主持人"
    LEVEL = "level", "机关层级"


@dataclass(frozen=True)
class HearingCount:
    """
    How many were *held*, of these how many with a leader or the head of a department in
    the chair, and after how many the matter was *settled* at once (I-22). *watched*:
    how many had their watch, *kept*: of these after how many the matter stayed settled
    (A-21).
    """

    held: int = 0
    leader_chaired: int = 0
    settled: int = 0
    watched: int = 0
    kept: int = 0

    def __add__(self, other: HearingCount) -> HearingCount:
        pairs = zip(astuple(self), astuple(other), strict=True)
        return HearingCount(*map(sum, pairs))

    @property
    def settled_share(self) -> str:
        """
        The settled of those held in percent (息诉息访率).
        """
        return Share(self.settled, self.held).rate

    @property
    def kept_share(self) -> str:
        """
        The kept of those watched in percent (稳定息诉率).
        """
        return Share(self.kept, self.watched).rate


Chair = tuple[str, str, str]
"""
Office, post, and the office's own number for the holder, "" where none is written.
"""


def rows_of(
    by: CountedBy, counts: Mapping[Chair, HearingCount], directory: Directory
) -> list[tuple[str, str, HearingCount]]:
    """
    The *counts* as they are asked for, each with its value and title: those with the
    most hearings first, then in the order of their values.
    """
    by_row: defaultdict[tuple[str, str], HearingCount] = defaultdict(HearingCount)
    for chair, count in counts.items():
        by_row[_NAMED[by](chair, directory)] += count
    rows = ((value, title, count) for (value, title), count in by_row.items())
    return sorted(rows, key=lambda row: (-row[2].held, row[0]))


def _level(chair: Chair, directory: Directory) -> tuple[str, str]:
    level = directory.office(chair[0]).level
    return level, VALUES["office_level"].get(level, level)


def _post(chair: Chair, _directory: Directory) -> tuple[str, str]:
    return chair[1], chair[1]


def _leader(chair: Chair, directory: Directory) -> tuple[str, str]:
    office, post, holder = chair
    title = f"{directory.office(office).name}{post}"
    if not holder:
        return f"{office}/{post}", title
    return f"{office}/{post}/{holder}", f"{title}（{holder}）"


_NAMED = {
    CountedBy.CHAIR: _post,
    CountedBy.LEADER: _leader,
    CountedBy.LEVEL: _level,
}
