"""
Which rows of a table are no cases: totals, remarks, places for signatures, the titles
again on a new page, the numbers of the columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count

from services.intake.ledger.cells.text import Cell, compact, label, text_of
from services.intake.ledger.form import CASE_NO, Form

_JUDGED = 200  # characters of a cell that are looked at
_FEWEST_NUMBERED = 4  # columns that a row of column numbers numbers
# Words that begin such rows whatever the form; a form adds its own.
_TOTALS = ("本页小计", "本页合计", "本页共计", "过次页", "承前页")
_REMARKS = ("打印日期", "打印时间", "打印人", "签字", "签名", "盖章", "第", "共")
_FOLLOWS = r"(?:$|[:：(（共\d一二三四五六七八九十、.])"
_SIGNATURE = re.compile(r".{0,20}(?:签字|签名|签章|盖章|公章)[)）]?[:：]?.{0,20}")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_NUMBERED = frozenset({"栏次", "栏号", "列次", "列号", "行次"})


class NoCase:
    """
    Tells the rows of one form that are no cases.
    """

    def __init__(self, form: Form) -> None:
        words = (*_TOTALS, *form.totals, *_REMARKS, *form.remarks)
        self._words = re.compile(f"(?:{'|'.join(map(re.escape, words))}){_FOLLOWS}")
        titles = {column.id: column.title for column in form.columns}
        self._case_no_title = label(titles[CASE_NO])
        self._required = [column.id for column in form.required()]

    def is_heading(self, cells: Sequence[Cell], raw: Mapping[str, str]) -> bool:
        """
        Whether the row repeats the titles, or numbers the columns.
        """
        if label(raw.get(CASE_NO, "")[:_JUDGED]) == self._case_no_title:
            return True
        return _numbers_columns(cells)

    def is_remark(self, cells: Sequence[Cell], raw: Mapping[str, str]) -> bool:
        """
        Whether the row begins like a total, a remark or a signature and is not filled
        like a case: a column of remarks may come first.
        """
        first = compact(next(filter(None, map(_start_of, cells)), ""))
        if not (self._words.match(first) or _SIGNATURE.fullmatch(first)):
            return False
        filled = sum(column in raw for column in self._required)
        return 2 * filled < len(self._required)


def _start_of(cell: Cell) -> str:
    return text_of(cell)[:_JUDGED].strip()


def _numbers_columns(cells: Sequence[Cell]) -> bool:
    """
    Whether the filled cells are 甲, 乙 … and then 1, 2 …, in whatever brackets.
    """
    texts = (label(text) for text in map(_start_of, cells) if text)
    stems, numbers = iter(_STEMS), count(1)
    stem, number, found = next(stems), str(next(numbers)), 0
    for text in texts:
        if not found and text in _NUMBERED:
            continue
        if text == stem and number == "1":
            stem = next(stems, "")
        elif text == number:
            number = str(next(numbers))
        else:
            return False
        found += 1
    return found >= _FEWEST_NUMBERED
