"""
Cells with one value: a text, a count, a day, a code, yes or no, money, an office. A
maker takes the column and gives its parser; None means that the cell is empty.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from services.intake.ledger.cells import text as tidy
from services.intake.ledger.cells.dates import read_date, serial_date
from services.intake.ledger.cells.text import Cell, day_of, folded, label, text_of
from services.intake.ledger.form import Code, Column, Form, Writing
from services.intake.ledger.problems import CellError
from shared.near_names import did_you_mean
from shared.numerals import count_of

Parser = Callable[[Cell], object]


@dataclass(frozen=True)
class Context:
    """
    What reading needs from outside: the business day, the code behind an office's code
    or name (None: no such office), and the names that are like one that no office has.
    """

    today: dt.date
    office_of: Callable[[str], str | None]
    near_offices: Callable[[str], Collection[str]] = lambda _name: ()


_WRITINGS: Mapping[Writing, Callable[[str], str]] = {
    "plain": tidy.plain,
    "folded": folded,
    "compact": tidy.compact,
    "name": tidy.name,
}
_DIGITS_KEPT = (
    1e15  # of a longer number Excel keeps 15 digits and writes 0 for the rest
)


def text_parser(column: Column, form: Form, _context: Context) -> Parser:
    tidied = _WRITINGS[column.writing]
    longest, blanks = column.max, frozenset(form.blanks)

    def parse(cell: Cell) -> str | None:
        if _lost_digits(cell):
            raise CellError(
                "number_lost_digits",
                "在表格中是按数字保存的，超过15位的部分已经丢失",
                "请把该单元格设为“文本”格式后重新填写完整号码。",
            )
        text = tidied(cell if isinstance(cell, str) else text_of(cell))
        if not text or text in blanks:
            return None
        if longest and len(text) > longest:
            raise CellError(
                "text_too_long",
                f"共{len(text)}字，超过{longest}字",
                f"请压缩到{longest}字以内。",
            )
        return text

    return parse


_ROUNDED = re.compile(r"\d\.\d+[Ee]\+\d+")


def _lost_digits(cell: Cell) -> bool:
    """
    A long number that Excel kept as a number, itself or as a csv shows it.
    """
    if isinstance(cell, str):
        return "+" in cell and bool(_ROUNDED.fullmatch(cell))
    return isinstance(cell, float) and abs(cell) >= _DIGITS_KEPT


_COUNT = re.compile(r"([+-]?\d{1,18})(?:\.0+)?(?:人|次|件|名|户|批|起)?")
_COUNT_IN_NUMERALS = re.compile(
    r"([一二两三四五六七八九十]{1,3})(?:人|次|件|名|户|批|起)"
)


def integer_parser(column: Column, form: Form, _context: Context) -> Parser:
    blanks = frozenset(form.blanks)

    def parse(cell: Cell) -> int | None:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            if not math.isfinite(cell) or cell != int(cell):
                raise _no_count()
            return _bounded(int(cell), column.max)
        text = folded(text_of(cell)).replace(" ", "").replace(",", "")
        if text == "无":
            return 0
        if not text or text in blanks:
            return None
        return _bounded(_counted(text), column.max)

    return parse


def _counted(text: str) -> int:
    if match := _COUNT.fullmatch(text):
        return int(match[1])
    if match := _COUNT_IN_NUMERALS.fullmatch(text):
        try:
            return count_of(match[1])
        except ValueError:
            raise _no_count() from None
    raise _no_count()


def _bounded(count: int, largest: int) -> int:
    if count < 0:
        raise CellError("integer_negative", "小于0", "请填写0或者正整数。")
    if largest and count > largest:
        raise CellError(
            "integer_too_large",
            f"大于{largest}",
            f"请核对后填写不超过{largest}的整数。",
        )
    return count


def _no_count() -> CellError:
    return CellError("integer_invalid", "不是整数", "请只填写一个整数，如 3。")


def date_parser(column: Column, form: Form, context: Context) -> Parser:
    earliest, today = form.earliest_date, context.today
    latest = dt.date.max if column.future else today
    blanks = frozenset(form.blanks)

    def parse(cell: Cell) -> str | None:
        day = day_of(cell)
        if day is None:
            if isinstance(cell, str):
                if not (text := cell.strip()) or text in blanks:
                    return None
                day = read_date(text)
            else:
                day = _date_of_number(cell)
        if day > latest:
            raise CellError(
                "date_in_future",
                f"晚于今天（{today.isoformat()}）",
                "请核对日期，填写已经发生的日期。",
            )
        if day < earliest:
            raise CellError(
                "date_too_early",
                f"早于{earliest.isoformat()}",
                "请核对年份。",
            )
        return day.isoformat()

    return parse


def _date_of_number(cell: Cell) -> dt.date:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        text = text_of(cell)
        return read_date(text) if len(text) == 8 else serial_date(cell)
    return read_date(text_of(cell))


def code_parser(column: Column, form: Form, _context: Context) -> Parser:
    code_by_label = column.code_by_label

    def parse(cell: Cell) -> Code | None:
        text = cell if isinstance(cell, str) else text_of(cell)
        code = code_by_label.get(label(text))
        if code is None and (text := folded(text)) and text not in form.blanks:
            raise _unknown_label(text, column)
        return code

    return parse


def _unknown_label(text: str, column: Column) -> CellError:
    return CellError("code_unknown", "不在可填写的范围内", label_remedy(text, column))


@lru_cache(maxsize=1024)
def _likely_label(text: str, spellings: tuple[tuple[str, str], ...]) -> str | None:
    labels = dict(spellings)
    near = difflib.get_close_matches(text, labels, n=1, cutoff=0.7)
    return labels[near[0]] if near else None


def label_remedy(text: str, column: Column) -> str:
    official = {
        label(spelling): spellings[0]
        for spellings in column.codes.values()
        for spelling in spellings
    }
    likely = _likely_label(label(text), tuple(official.items()))
    guess = f"是否要填“{likely}”？" if likely else ""
    return f"{guess}可填写：{'、'.join(column.labels())}。"


def yes_or_no(text: str, form: Form) -> bool:
    tidied = label(text)
    if tidied in form.yes:
        return True
    if tidied in form.no:
        return False
    raise CellError("boolean_invalid", "不是“是”或者“否”", "请填写“是”或者“否”。")


def boolean_parser(_column: Column, form: Form, _context: Context) -> Parser:
    def parse(cell: Cell) -> bool | None:
        if isinstance(cell, bool):
            return cell
        text = folded(text_of(cell))
        if label(text) not in form.no and (not text or text in form.blanks):
            return None
        return yes_or_no(text, form)

    return parse


_YUAN = re.compile(r"[¥￥]?(-?[\d,]*\.?\d+)(万)?元?(?:整)?")
_LONGEST_AMOUNT = 40  # characters
_MONEY_REMEDY = "请填写以元为单位的金额，最多两位小数，如 12000.00。"


def money_parser(column: Column, form: Form, _context: Context) -> Parser:
    def parse(cell: Cell) -> str | None:
        text = folded(text_of(cell)).replace(" ", "")
        if not text or text in form.blanks:
            return None
        match = _YUAN.fullmatch(text) if len(text) <= _LONGEST_AMOUNT else None
        if not match:
            raise CellError("money_invalid", "不是金额", _MONEY_REMEDY)
        try:
            yuan = Decimal(match[1].replace(",", "")) * (10_000 if match[2] else 1)
        except InvalidOperation:
            raise CellError("money_invalid", "不是金额", _MONEY_REMEDY) from None
        if yuan != round(yuan, 2):
            raise CellError("money_invalid", "小于一分", _MONEY_REMEDY)
        if not 0 <= yuan <= (column.max or yuan):
            raise CellError(
                "money_out_of_range",
                f"不在0到{column.max}元之间",
                _MONEY_REMEDY,
            )
        return f"{yuan:.2f}"

    return parse


def office_parser(_column: Column, form: Form, context: Context) -> Parser:
    def parse(cell: Cell) -> str | None:
        text = tidy.compact(text_of(cell))
        if not text or text in form.blanks:
            return None
        code = context.office_of(text)
        if code is None:
            raise CellError(
                "office_unknown",
                "不是名录中的单位",
                f"{did_you_mean(context.near_offices(text))}"
                "请填写名录中的单位全称、简称或者机关代码。",
            )
        return code

    return parse
