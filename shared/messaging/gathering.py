"""
When the next batch begins: at once at rest; under load a moment later, with what has
arrived until then.

A batch costs statements, a commit and journeys however few events it has. Without a
pause a busy process handles nearly every event alone, and all are slower (0024).
"""

from __future__ import annotations

from dataclasses import dataclass

SECONDS = 0.04  # between the beginnings of two batches


@dataclass
class Gathering:
    """
    The pauses before the batches of one reader; moments are those of the monotonic
    clock, in seconds.
    """

    earliest: float = 0.0

    def pause(self, now: float, *, full: bool) -> float:
        """
        For how many seconds the next batch waits; one that is *full* does not.
        """
        return 0.0 if full else max(0.0, self.earliest - now)

    def begin(self, now: float) -> None:
        """
        Note that a batch with at least one event begins.
        """
        self.earliest = now + SECONDS
