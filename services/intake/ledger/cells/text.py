"""
The spellings one text has in offices' files: full-width and half-width, spaces inside
and around, line breaks, invisible characters. It makes them one and knows no column.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from functools import lru_cache

Cell = object  # str, int, float, bool, date, datetime, time, timedelta or None

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]"
)
_BREAK = re.compile(r"(?:_x000D_)?(?:\r\n|\r|\n)")
_PIECE = 256  # characters normalized at once
_BLANKS = " \t\u3000\xa0"
_NOT_IN_LABELS = re.compile(r"[\s()\[\]{}【】〔〕“”\"'、,，.。:：;；/\\*_·-]+")
_NEVER_WRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# What makes Excel keep a number as a text: ="0012" in a csv, '0012 in a sheet.
_GUARDED = re.compile(r'="([^"]*)"|\'([^\']*)')
# What a program wrote where it had no value.
_NOTHING = frozenset(
    {"null", "(null)", "none", "nan", "nat", "n/a", "<na>", "undefined"}
)
_LONGEST_NOTHING = max(map(len, _NOTHING)) + 4  # with blanks around
_ODD_BEGINNINGS = frozenset({"=", "'", " ", *(word[0] for word in _NOTHING), "N", "U"})
_SPREAD_NAME = re.compile(r"([\u3400-\u9fff])\s+([\u3400-\u9fff])")


class Nested:
    """
    A value of a json file with more lists and objects in each other than a cell has.
    """

    def __str__(self) -> str:
        return "{…}"


def text_of(cell: Cell) -> str:
    """
    The cell as the office sees it in the sheet, not yet tidied.
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        whole = math.isfinite(cell) and cell.is_integer()
        return str(int(cell)) if whole else repr(cell)
    return str(cell)


def written(cell: Cell) -> str:
    """
    The cell as the office wrote it: without control characters and the guards of Excel,
    empty where there are only blanks or the null of a program.
    """
    text = cell if isinstance(cell, str) else text_of(cell)
    if text.isprintable() and text[:1] not in _ODD_BEGINNINGS:  # nearly all texts
        return text
    text = _NEVER_WRITTEN.sub("", text)
    if guarded := _GUARDED.fullmatch(text):
        text = guarded[1] or guarded[2] or ""
    if len(text) <= _LONGEST_NOTHING and text.strip().casefold() in _NOTHING:
        return ""
    return "" if text.isspace() else text


def plain(text: str) -> str:
    """
    Prose with its punctuation and lines, without invisible characters.
    """
    if not text.isprintable():
        text = "\n".join(line.strip(_BLANKS) for line in _BREAK.split(text))
        text = _INVISIBLE.sub("", text)
    return text.strip()


def ordinary(text: str) -> str:
    """
    Full-width digits, letters and signs made ordinary.

    In pieces: normalizing takes time that grows with the square of a run of accents.
    """
    if len(text) <= _PIECE:
        return unicodedata.normalize("NFKC", text)
    return "".join(
        unicodedata.normalize("NFKC", text[start : start + _PIECE])
        for start in range(0, len(text), _PIECE)
    )


def folded(text: str) -> str:
    """
    One line, full-width digits, letters and signs made ordinary.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = ordinary(text)
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def compact(text: str) -> str:
    """
    As folded, without any space: numbers typed in groups.
    """
    return folded(text).replace(" ", "")


def name(text: str) -> str:
    """
    A name of two characters spread over the cell ("张　三") joined; others one line.
    """
    text = folded(text)
    spread = _SPREAD_NAME.fullmatch(text)
    return "".join(spread.groups()) if spread else text


@lru_cache(maxsize=8192)
def label(text: str) -> str:
    """
    A label without what offices vary: width, spaces, brackets, punctuation, case.
    """
    return _NOT_IN_LABELS.sub("", ordinary(text)).casefold()


def position(letters: str) -> int:
    """
    The place of a column counted from 0, by its letters: AB is 27.
    """
    place = 0
    for each in letters:
        place = 26 * place + ord(each) - ord("A") + 1
    return place - 1


def day_of(cell: Cell) -> dt.date | None:
    """
    The day of a cell that is a real date, else None.
    """
    if isinstance(cell, dt.datetime):
        return cell.date()
    return cell if isinstance(cell, dt.date) else None
