"""
Days and numbers as signed papers have them, in Chinese characters (JZ-45).
"""

from __future__ import annotations

from datetime import date

_NUMERALS = str.maketrans("0123456789", "〇一二三四五六七八九")


def day_in_numerals(day: date) -> str:
    """
    `二〇二〇年十一月二十日`.
    """
    year = str(day.year).translate(_NUMERALS)
    return f"{year}年{in_numerals(day.month)}月{in_numerals(day.day)}日"


def in_numerals(number: int) -> str:
    """
    A number from 1 to 99: `二十一`. A larger one stays in digits.
    """
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    words = "" if tens == 0 else "十" if tens == 1 else f"{_digit(tens)}十"
    return words + (_digit(ones) if ones else "")


def day_in_digits(day: date) -> str:
    """
    `2020年11月20日`.
    """
    return f"{day.year}年{day.month}月{day.day}日"


def _digit(number: int) -> str:
    return str(number).translate(_NUMERALS)
