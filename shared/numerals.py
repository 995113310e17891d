"""
Days, numbers and sums as offices write them, read and written: full-width digits,
Chinese numerals and capitals (JZ-45), yuan.
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

_SEPARATED = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_JOINED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_NUMERALS = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月"
    r"([一二三四五六七八九十廿卅]{1,3})[日号]"
)
_MONEY = re.compile(
    r"(?P<yuan>(?:0|[1-9][0-9]{0,9}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,6})?)"
    r"(?P<myriads>万)?元?"
)
_LONGEST_MONEY = 30  # 9,999,999,999.999999万元 has 22 signs
_MOST_FEN = 10**12  # as many as ten digits of yuan have
_WRITTEN = str.maketrans("0123456789", "〇一二三四五六七八九")
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


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


def written_day(written: str) -> date | None:
    """
    A day written as offices write it: `2020-11-3`, `2020/11/3`, `2020年11月3日`, or as
    `day_of` has it; None if it is written in no such way. Raises ValueError for a day
    that no calendar has.
    """
    if match := _SEPARATED.fullmatch(written):
        year, month, day = map(int, match.groups())
        return date(year, month, day)
    return day_of(written)


def fen_of(written: str) -> int | None:
    """
    A sum of money as offices write it (`12,000.00`, `１.２万元`), in fen; None for what
    is none, is less than a fen or longer than ten digits of yuan.
    """
    parts = _MONEY.fullmatch(plain_signs(written[:_LONGEST_MONEY]))
    if parts is None:
        return None
    fen = Decimal(parts["yuan"].replace(",", "")) * 100
    fen *= 10_000 if parts["myriads"] else 1
    return None if fen != int(fen) or fen >= _MOST_FEN else int(fen)


def yuan(fen: int) -> str:
    """
    A sum of money in yuan with two decimals: `12000.00`.
    """
    return f"{Decimal(fen) / 100:.2f}"


def day_in_numerals(day: date) -> str:
    """
    `二〇二〇年十一月二十日`.
    """
    year = str(day.year).translate(_WRITTEN)
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


def sum_in_capitals(fen: int) -> str:
    """
    A sum of money from nothing to 9999 亿 yuan as vouchers have it: `壹万贰仟元整`
    (会计基础工作规范第五十二条).
    """
    whole, rest = divmod(fen, 100)
    jiao, odd = divmod(rest, 10)
    words = f"{_yuan_in_capitals(whole)}元" if whole or not rest else ""
    if not rest:
        return f"{words}整"
    if jiao:
        words += f"{_CAPITALS[jiao]}角"
    elif words:
        words += "零"
    return f"{words}{_CAPITALS[odd]}分" if odd else f"{words}整"


def _yuan_in_capitals(number: int) -> str:
    """
    Digits in groups of four; noughts between other digits are one 零, those at the end
    of a group none.
    """
    if number == 0:
        return _CAPITALS[0]
    words, gap = "", False
    digits = str(number)
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            gap = True
        else:
            words += _CAPITALS[0] if gap else ""
            words += _CAPITALS[int(digit)] + _PLACES[place % 4]
            gap = False
        if place % 4 == 0 and (number // 10**place) % 10_000:
            words += _GROUPS[place // 4]
    return words


def _digit(number: int) -> str:
    return str(number).translate(_WRITTEN)
