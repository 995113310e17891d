"""
When the next batch begins: at once when few events come, later the more of them come,
with all that has arrived until then.

A batch costs statements, a commit and round trips however few events it has. Without a
pause a busy process handles nearly every event alone, and all are slower (0024).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SECONDS = 0.1  # at most, between the beginnings of two batches
_OF_EVENTS = 500  # in about a second, for which the pause is that long
_NEXT_TO_NONE = 0.05  # events of the last second


@dataclass
class Gathering:
    """
    The pauses before the batches of one reader; moments are those of the monotonic
    clock, in seconds.
    """

    began: float = 0.0
    recent: float = 0.0  # events: those of the last second count most

    def pause(self, now: float, *, full: bool) -> float:
        """
        For how many seconds the next batch waits; one that is *full* does not.
        """
        share = min(1.0, self.recent / _OF_EVENTS)
        return 0.0 if full else max(0.0, self.began + SECONDS * share - now)

    def begin(self, now: float, events: int) -> None:
        """
        Note that a batch of so many events began at *now*.
        """
        self.recent = self._left(now) + events
        self.began = now

    def at_rest(self, now: float) -> bool:
        """
        Whether no event came for some seconds: three after a single one.
        """
        return self._left(now) < _NEXT_TO_NONE

    def _left(self, now: float) -> float:
        return self.recent * math.exp(self.began - now)
