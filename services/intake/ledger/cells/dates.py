"""
A day out of the ways offices write one. It knows the calendar, not today.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache

from services.intake.ledger.cells.text import folded
from services.intake.ledger.problems import CellError
from shared.numerals import day_of

_SERIAL_ZERO = dt.date(
    1899, 12, 30
)  # Excel's day 0, its false leap day of 1900 counted
_SERIALS = range(
    10_000, 100_000
)  # 1927 .. 2173: five digits, no other way to write a day

_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_SEPARATED = re.compile(
    rf"(\d{{4}}) ?[年/.‐‑–—-] ?(\d{{1,2}}) ?[月/.‐‑–—-] ?(\d{{1,2}}) ?[日号]?{_TIME}"
)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_NO_DAY = re.compile(r"\d{4} ?[年/.-] ?\d{1,2} ?月?|\d{4} ?年?|.*[底初末内前后]")
REMEDY = "请改为如 2019年3月5日 的日期。"


@lru_cache(maxsize=16_384)
def read_date(text: str) -> dt.date:
    """
    Raises CellError `date_without_day` or `date_invalid`.
    """
    text = folded(text)
    try:
        if match := _SEPARATED.fullmatch(text):
            year, month, day = map(int, match.groups())
            return dt.date(year, month, day)
        if match := _SERIAL.fullmatch(text):
            return serial_date(int(match[1]))
        if found := day_of(text) or day_of(text.replace(" ", "")):
            return found
    except ValueError:
        raise _invalid() from None
    if _NO_DAY.fullmatch(text):
        raise CellError("date_without_day", "没有写明具体到哪一日", REMEDY)
    raise _invalid()


def serial_date(serial: float) -> dt.date:
    """
    The day behind a number that Excel shows as a date. Raises CellError.
    """
    if math.isfinite(serial) and int(serial) in _SERIALS:
        return _SERIAL_ZERO + dt.timedelta(days=int(serial))
    raise _invalid()


def _invalid() -> CellError:
    return CellError("date_invalid", "不是有效日期", REMEDY)
