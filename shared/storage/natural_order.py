"""
Case numbers in the order in which people count: …2号 before …10号.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, func, literal_column

_DIGITS = 24  # more than a number of an office, a day or an identity card has


def as_counted(text: ColumnElement[str]) -> ColumnElement[str]:
    """
    What a text is sorted by: each run of digits in it filled up to the same length.
    """
    filled = _replaced(text, "[0-9]+", rf"{'0' * _DIGITS}\&")
    return _replaced(filled, f"[0-9]*([0-9]{{{_DIGITS}}})(?![0-9])", r"\1")


def _replaced(text: ColumnElement[str], pattern: str, by: str) -> ColumnElement[str]:
    # Written out, not bound: so that an index of this expression is found by it.
    pattern, by = f"'{pattern}'", f"'{by}'"
    return func.regexp_replace(
        *(text, literal_column(pattern), literal_column(by), literal_column("'g'")),
        type_=String,
    )
