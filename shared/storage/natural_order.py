"""
Case numbers in the order in which people count: …2号 before …10号.
"""

from __future__ import annotations

import re

_DIGITS = re.compile("[0-9]+")


def as_counted(text: str) -> str:
    """
    What a text is sorted by, byte by byte: each run of digits without the zeros before
    it, after how many digits these are.
    """
    return _DIGITS.sub(_after_its_length, text)


def _after_its_length(run: re.Match[str]) -> str:
    digits = run[0].lstrip("0")
    return f"{len(digits):02}{digits}"
