"""
Days, numbers and sums as signed papers have them, in Chinese characters (JZ-45).
"""

from __future__ import annotations

from datetime import date

_NUMERALS = str.maketrans("0123456789", "〇一二三四五六七八九")
_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


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


def sum_in_capitals(fen: int) -> str:
    """
    A sum of money from nothing to 9999 亿 yuan as vouchers have it: `壹万贰仟元整`
    (会计基础工作规范第五十二条).
    """
    yuan, rest = divmod(fen, 100)
    jiao, odd = divmod(rest, 10)
    words = f"{_yuan_in_capitals(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"{words}整"
    if jiao:
        words += f"{_CAPITALS[jiao]}角"
    elif words:
        words += "零"
    return f"{words}{_CAPITALS[odd]}分" if odd else f"{words}整"


def _yuan_in_capitals(yuan: int) -> str:
    """
    Digits in groups of four; noughts between other digits are one 零, those at the end
    of a group none.
    """
    if yuan == 0:
        return _CAPITALS[0]
    words, gap = "", False
    digits = str(yuan)
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            gap = True
        else:
            words += _CAPITALS[0] if gap else ""
            words += _CAPITALS[int(digit)] + _PLACES[place % 4]
            gap = False
        if place % 4 == 0 and (yuan // 10**place) % 10_000:
            words += _GROUPS[place // 4]
    return words


def _digit(number: int) -> str:
    return str(number).translate(_NUMERALS)
