"""
One cell to one value: a parser for each column, made once for a file. It knows neither
the row nor what must be filled; None means the cell says nothing.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from services.intake.ledger import text as tidy
from services.intake.ledger.dates import REMEDY as DATE_REMEDY
from services.intake.ledger.dates import count_of, read_date, serial_date
from services.intake.ledger.faults import BadCell
from services.intake.ledger.form import Code, Column, Form, Kind, Writing
from services.intake.ledger.text import Cell, day_of, folded, label, text_of

Parser = Callable[[Cell], object]


@dataclass(frozen=True)
class Context:
    """
    What a reading is told from outside: the business day, and the code behind an
    office's code or name (None: no such office).
    """

    today: dt.date
    office_of: Callable[[str], str | None]


def parser_for(column: Column, form: Form, context: Context) -> Parser:
    parse = _MAKERS[column.type](column, form, context)
    return _remembering(parse) if column.type in _FEW_SPELLINGS else parse


_FEW_SPELLINGS = frozenset({"code", "boolean", "office", "date"})


def _remembering(parse: Parser) -> Parser:
    """
    A column that repeats few texts in thousands of rows parses each of them once.
    """
    of_text = lru_cache(maxsize=4096)(parse)
    return lambda cell: of_text(cell) if cell.__class__ is str else parse(cell)


_WRITINGS: Mapping[Writing, Callable[[str], str]] = {
    "plain": tidy.plain,
    "folded": folded,
    "compact": tidy.compact,
    "name": tidy.name,
}
_DIGITS_KEPT = (
    1e15  # of a longer number Excel keeps 15 digits and writes 0 for the rest
)


def _text(column: Column, form: Form, _context: Context) -> Parser:
    tidied = _WRITINGS[column.writing]
    longest, blanks = column.max, frozenset(form.blanks)

    def parse(cell: Cell) -> str | None:
        if _lost_digits(cell):
            raise BadCell(
                "number_lost_digits",
                "在表格中是按数字保存的，超过15位的部分已经丢失",
                "请把该单元格设为“文本”格式后重新填写完整号码。",
            )
        text = tidied(cell if isinstance(cell, str) else text_of(cell))
        if not text or text in blanks:
            return None
        if longest and len(text) > longest:
            raise BadCell(
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


def _integer(column: Column, form: Form, _context: Context) -> Parser:
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
    if found := _COUNT.fullmatch(text):
        return int(found[1])
    if found := _COUNT_IN_NUMERALS.fullmatch(text):
        try:
            return count_of(found[1])
        except ValueError:
            raise _no_count() from None
    raise _no_count()


def _bounded(count: int, largest: int) -> int:
    if count < 0:
        raise BadCell("integer_negative", "小于0", "请填写0或者正整数。")
    if largest and count > largest:
        raise BadCell(
            "integer_too_large",
            f"大于{largest}",
            f"请核对后填写不超过{largest}的整数。",
        )
    return count


def _no_count() -> BadCell:
    return BadCell("integer_invalid", "不是整数", "请只填写一个整数，如 3。")


def _date(column: Column, form: Form, context: Context) -> Parser:
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
            raise BadCell(
                "date_in_future",
                f"晚于今天（{today.isoformat()}）",
                "请核对日期，填写已经发生的日期。",
            )
        if day < earliest:
            raise BadCell(
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


def _code(column: Column, form: Form, _context: Context) -> Parser:
    code_by_label = column.code_by_label()

    def parse(cell: Cell) -> Code | None:
        text = cell if isinstance(cell, str) else text_of(cell)
        code = code_by_label.get(label(text))
        if code is None and (text := folded(text)) and text not in form.blanks:
            raise _unknown_label(text, column)
        return code

    return parse


def _unknown_label(text: str, column: Column) -> BadCell:
    return BadCell("code_unknown", "不在可填写的范围内", _label_remedy(text, column))


@lru_cache(maxsize=1024)
def _likely_label(text: str, spellings: tuple[tuple[str, str], ...]) -> str | None:
    labels = dict(spellings)
    near = difflib.get_close_matches(text, labels, n=1, cutoff=0.7)
    return labels[near[0]] if near else None


def _label_remedy(text: str, column: Column) -> str:
    official = {
        label(spelling): spellings[0]
        for spellings in column.codes.values()
        for spelling in spellings
    }
    likely = _likely_label(label(text), tuple(official.items()))
    guess = f"是否要填“{likely}”？" if likely else ""
    return f"{guess}可填写：{'、'.join(column.labels())}。"


_BETWEEN_ITEMS = re.compile(r"[、，,；;\n+＋|]+")
_TICKED = re.compile(r"([☑☒■√✓✔□☐○●])\s*([^☑☒■√✓✔□☐○●]+)")
_NOT_TICKED = "□☐○"


def _list(column: Column, form: Form, _context: Context) -> Parser:
    code_by_label = column.code_by_label()

    def parse(cell: Cell) -> list[Code] | None:
        text = tidy.plain(text_of(cell))
        whole = code_by_label.get(label(text))
        if whole is not None:
            return [whole]
        if folded(text) in form.blanks or label(text) in form.no:
            return []
        items = _items(text)
        if not column.codes:
            return list[Code](items)
        unknown = [item for item in items if label(item) not in code_by_label]
        if unknown:
            remedy = _label_remedy(unknown[0], column)
            named = "、".join(item[:20] for item in unknown)
            raise BadCell("code_unknown", f"中的“{named}”不在可填写的范围内", remedy)
        return list(dict.fromkeys(code_by_label[label(item)] for item in items))

    return parse


def _items(text: str) -> list[str]:
    """
    The items of a list, or the ticked ones where boxes stand before them.
    """
    ticked = _TICKED.findall(text)
    if ticked:
        text = "、".join(item for sign, item in ticked if sign not in _NOT_TICKED)
    return [item.strip() for item in _BETWEEN_ITEMS.split(text) if item.strip()]


def _yes_or_no(text: str, form: Form) -> bool:
    tidied = label(text)
    if tidied in form.yes:
        return True
    if tidied in form.no:
        return False
    raise BadCell("boolean_invalid", "不是“是”或者“否”", "请填写“是”或者“否”。")


def _boolean(_column: Column, form: Form, _context: Context) -> Parser:
    def parse(cell: Cell) -> bool | None:
        if isinstance(cell, bool):
            return cell
        text = folded(text_of(cell))
        if label(text) not in form.no and (not text or text in form.blanks):
            return None
        return _yes_or_no(text, form)

    return parse


def _booleans(column: Column, form: Form, context: Context) -> Parser:
    one = _boolean(column, form, context)

    def parse(cell: Cell) -> list[bool] | None:
        if not isinstance(cell, str):
            answer = one(cell)
            return None if answer is None else [bool(answer)]
        answers = re.split(r"[；;、，,\s]+", tidy.plain(cell))
        return [_yes_or_no(answer, form) for answer in answers if answer] or None

    return parse


_YUAN = re.compile(r"[¥￥]?(-?[\d,]*\.?\d+)(万)?元?(?:整)?")
_MONEY_REMEDY = "请填写以元为单位的金额，最多两位小数，如 12000.00。"


def _money(column: Column, form: Form, _context: Context) -> Parser:
    def parse(cell: Cell) -> str | None:
        text = folded(text_of(cell)).replace(" ", "")
        if not text or text in form.blanks:
            return None
        found = _YUAN.fullmatch(text)
        if not found:
            raise BadCell("money_invalid", "不是金额", _MONEY_REMEDY)
        try:
            yuan = Decimal(found[1].replace(",", "")) * (10_000 if found[2] else 1)
        except InvalidOperation:
            raise BadCell("money_invalid", "不是金额", _MONEY_REMEDY) from None
        if yuan != round(yuan, 2):
            raise BadCell("money_invalid", "小于一分", _MONEY_REMEDY)
        if not 0 <= yuan <= (column.max or yuan):
            raise BadCell(
                "money_out_of_range",
                f"不在0到{column.max}元之间",
                _MONEY_REMEDY,
            )
        return f"{yuan:.2f}"

    return parse


def _office(_column: Column, form: Form, context: Context) -> Parser:
    def parse(cell: Cell) -> str | None:
        text = tidy.compact(text_of(cell))
        if not text or text in form.blanks:
            return None
        code = context.office_of(text)
        if code is None:
            raise BadCell(
                "office_unknown",
                "不是名录中的单位",
                "请填写单位全称、简称或者六位代码。",
            )
        return code

    return parse


_BETWEEN_OPINIONS = re.compile(r"[；;\n]+")
_ORGANS = (("检察院", "procuratorate"), ("法院", "court"))
_OPINION_REMEDY = (
    "请每条按“机关，日期，文号，结论”填写，条与条之间用分号隔开，"
    "如：清丰县人民检察院，2018年3月5日，清检刑申〔2018〕3号，维持原决定。"
)


def _opinions(column: Column, form: Form, context: Context) -> Parser:
    date = _date(column, form, context)
    bounded = _text(column, form, context)

    def parse(cell: Cell) -> list[dict[str, object]] | None:
        text = bounded(cell)
        if text is None:
            return []
        return [_opinion(entry, date) for entry in _opinion_entries(str(text))]

    return parse


def _opinion_entries(text: str) -> list[list[str]]:
    """
    The parts of each opinion. What has too few parts to be one continues the
    conclusion of the one before, which may itself hold a semicolon.
    """
    entries: list[list[str]] = []
    for piece in filter(None, map(str.strip, _BETWEEN_OPINIONS.split(text))):
        parts = [part.strip() for part in re.split(r"[，,]", piece, maxsplit=3)]
        if entries and len(parts) < 3 and len(entries[-1]) > 2:
            entries[-1][-1] += f"；{piece}"
        else:
            entries.append(parts)
    return entries


def _opinion(parts: Sequence[str], date: Parser) -> dict[str, object]:
    if len(parts) < 3 or not parts[0]:
        raise BadCell("opinion_incomplete", "缺少机关、日期或者结论", _OPINION_REMEDY)
    organ_name, day = folded(parts[0]), folded(parts[1])
    try:
        on = date(re.sub(r"^\d{1,2}[.、)]", "", day))
    except BadCell as bad:
        says = f"中的日期“{day[:20]}”{bad.says}"
        raise BadCell(f"opinion_{bad.code}", says, DATE_REMEDY) from None
    if on is None:
        raise BadCell("opinion_incomplete", "缺少日期", _OPINION_REMEDY)
    number, conclusion = parts[2], ",".join(parts[3:])
    if len(parts) == 3 and not number.endswith("号"):
        number, conclusion = "", number
    return {
        "organ_name": organ_name,
        "organ": _organ(organ_name),
        "on": on,
        "number": folded(number) or None,
        "conclusion": conclusion or None,
    }


def _organ(organ_name: str) -> str:
    for part, organ in _ORGANS:
        if part in organ_name:
            return organ
    return "other_competent"


_DATED = re.compile(
    r"(?:\d{1,2}[.、)] ?(?=\d{4}))?"
    r"(\d{4}[年/.-]\d{1,2}[月/.-]\d{1,2}[日号]?|[〇○零一二三四五六七八九]{4}年.{1,3}月.{1,3}[日号])"
    r"[，,：: ]*(.*)",
    re.DOTALL,
)


def _entries(column: Column, form: Form, context: Context) -> Parser:
    bounded = _text(column, form, context)

    def parse(cell: Cell) -> list[dict[str, object]]:
        text = bounded(cell)
        if text is None:
            return []
        lines = filter(None, map(str.strip, str(text).split("\n")))
        return [_entry(line) for line in lines]

    return parse


def _entry(line: str) -> dict[str, object]:
    """
    A line of progress with its day; without one that can be read, the text alone.
    """
    if found := _DATED.fullmatch(line):
        try:
            return {"on": read_date(found[1]).isoformat(), "text": found[2]}
        except BadCell:
            pass
    return {"on": None, "text": line}


_MAKERS: Mapping[Kind, Callable[[Column, Form, Context], Parser]] = {
    "text": _text,
    "integer": _integer,
    "date": _date,
    "code": _code,
    "list": _list,
    "boolean": _boolean,
    "booleans": _booleans,
    "money": _money,
    "office": _office,
    "opinions": _opinions,
    "entries": _entries,
}
