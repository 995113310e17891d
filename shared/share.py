"""
A part of a whole as offices read it: with fixed decimals, halves rounded up (A-40).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """
    A part of a whole; a share of nothing is "—".
    """

    part: int
    whole: int

    @property
    def percent(self) -> str:
        """
        With one decimal.
        """
        return self._text(100, 1)

    @property
    def rate(self) -> str:
        """
        The percent with its sign.
        """
        return f"{self.percent}%" if self.whole > 0 else self.percent

    @property
    def average(self) -> str:
        """
        With two: leaders share so few cases that one would make unequals look equal.
        """
        return self._text(1, 2)

    def _text(self, times: int, decimals: int) -> str:
        if self.whole <= 0:
            return "—"
        unit = 10**decimals
        parts = (self.part * times * unit * 2 + self.whole) // (2 * self.whole)
        return f"{parts // unit}.{parts % unit:0{decimals}}"
