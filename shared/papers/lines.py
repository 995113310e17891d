"""
Where a line of Chinese may end: between any two characters, but not inside a number or
a word, not before a closing mark and not after an opening one (GB/T 15834).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_OPENING, _CLOSING = "（〔【《〈“‘(", "，。、；：？！）〕】》〉”’…%)"
_UNITS = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:[0-9A-Za-z][0-9A-Za-z.,/:-]*|.)"
    rf"[{re.escape(_CLOSING)}]*"
)


def lines_of(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """
    A text without line feeds in lines that are not wider than *width*, as *measure*
    gives it; what may not be parted is parted only where it fills a line alone.
    """
    lines = [""]
    for unit in _units(text):
        if measure(lines[-1] + unit) <= width:
            lines[-1] += unit
        elif measure(unit) <= width:
            lines.append(unit)
        else:
            for character in unit:
                if lines[-1] and measure(lines[-1] + character) > width:
                    lines.append("")
                lines[-1] += character
    return [line for line in lines if line] or [""]


def _units(text: str) -> Iterator[str]:
    return (match.group() for match in _UNITS.finditer(text))
