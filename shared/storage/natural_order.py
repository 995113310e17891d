"""
Case numbers in the order in which people count: …2号 before …10号.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, func

_DIGITS = 24  # more than a number of an office, a day or an identity card has


def as_counted(text: ColumnElement[str]) -> ColumnElement[str]:
    """
    What a text is sorted by: each run of digits in it filled up to the same length.
    """
    filled = func.regexp_replace(text, "[0-9]+", rf"{'0' * _DIGITS}\&", "g")
    last_ones = f"[0-9]*([0-9]{{{_DIGITS}}})(?![0-9])"
    return func.regexp_replace(filled, last_ones, r"\1", "g")
