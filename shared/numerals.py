"""
Days, small numbers and sums as offices write them: full-width digits, Chinese numerals,
yuan.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {
    "○": 0,
    "零": 0,
}
"""
The Chinese digits.
"""

_JOINED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMERALS = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月"
    r"([一二三四五六七八九十廿卅]{1,3})[日号]"
)


def count_of(numerals: str) -> int:
    """
    A number below 100 in Chinese numerals. Raises ValueError.
    """
    numerals = numerals.replace("廿", "二十").replace("卅", "三十").replace("两", "二")
    tens, ten, ones = numerals.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or not numerals:
        raise ValueError(numerals)
    try:
        high = DIGITS[tens] if tens else 1
        low = DIGITS[ones] if ones else 0
    except KeyError:
        raise ValueError(numerals) from None
    return high * 10 + low if ten else low


def plain_signs(written: str) -> str:
    """
    What is written with half-width digits and signs.
    """
    return unicodedata.normalize("NFKC", written)


def day_of(written: str) -> date | None:
    """
    A day written in one piece (`20201103`) or in Chinese numerals; None if it is
    written in neither way. Raises ValueError for a day that no calendar has.
    """
    if match := _JOINED.fullmatch(written):
        year, month, day = match.groups()
        return date(int(year), int(month), int(day))
    if match := _NUMERALS.fullmatch(written):
        year, month, day = match.groups()
        digits = "".join(str(DIGITS[sign]) for sign in year)
        return date(int(digits), count_of(month), count_of(day))
    return None


def yuan(fen: int) -> str:
    """
    A sum of money in yuan with two decimals: `12000.00`.
    """
    return f"{Decimal(fen) / 100:.2f}"
