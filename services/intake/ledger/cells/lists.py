"""
Cells with several values: ticked boxes, opinions of organs, entries of progress. A
maker takes the column and gives its parser, as in scalars.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.intake.ledger.cells import text as tidy
from services.intake.ledger.cells.dates import REMEDY as DATE_REMEDY
from services.intake.ledger.cells.dates import read_date
from services.intake.ledger.cells.scalars import (
    Context,
    Parser,
    boolean_parser,
    date_parser,
    label_remedy,
    text_parser,
    yes_or_no,
)
from services.intake.ledger.cells.text import Cell, folded, label, text_of
from services.intake.ledger.form import Code, Column, Form
from services.intake.ledger.problems import CellError

_BETWEEN_ITEMS = re.compile(r"[、，,；;\n+＋|]+")
_TICKED = re.compile(r"([☑☒■√✓✔□☐○●])\s*([^☑☒■√✓✔□☐○●]+)")
_NOT_TICKED = "□☐○"
_NAMED = 10  # items repeated in a sentence


def list_parser(column: Column, form: Form, _context: Context) -> Parser:
    code_by_label = column.code_by_label

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
            remedy = label_remedy(unknown[0], column)
            more = "等" if len(unknown) > _NAMED else ""
            named = "、".join(item[:20] for item in unknown[:_NAMED]) + more
            raise CellError("code_unknown", f"中的“{named}”不在可填写的范围内", remedy)
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


def booleans_parser(column: Column, form: Form, context: Context) -> Parser:
    one = boolean_parser(column, form, context)

    def parse(cell: Cell) -> list[bool] | None:
        if not isinstance(cell, str):
            answer = one(cell)
            return None if answer is None else [bool(answer)]
        answers = re.split(r"[；;、，,\s]+", tidy.plain(cell))
        return [yes_or_no(answer, form) for answer in answers if answer] or None

    return parse


_BETWEEN_OPINIONS = re.compile(r"[；;\n]+")
_ORGANS = (("检察院", "procuratorate"), ("法院", "court"))
_OPINION_REMEDY = (
    "请每条按“机关，日期，文号，结论”填写，条与条之间用分号隔开，"
    "如：清丰县人民检察院，2018年3月5日，清检刑申〔2018〕3号，维持原决定。"
)


def opinions_parser(column: Column, form: Form, context: Context) -> Parser:
    date = date_parser(column, form, context)
    bounded = text_parser(column, form, context)

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
        raise CellError("opinion_incomplete", "缺少机关、日期或者结论", _OPINION_REMEDY)
    organ_name, day = folded(parts[0]), folded(parts[1])
    try:
        on = date(re.sub(r"^\d{1,2}[.、)]", "", day))
    except CellError as bad:
        detail = f"中的日期“{day[:20]}”{bad.detail}"
        raise CellError(f"opinion_{bad.code}", detail, DATE_REMEDY) from None
    if on is None:
        raise CellError("opinion_incomplete", "缺少日期", _OPINION_REMEDY)
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


def entries_parser(column: Column, form: Form, context: Context) -> Parser:
    bounded = text_parser(column, form, context)

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
    if match := _DATED.fullmatch(line):
        try:
            return {"on": read_date(match[1]).isoformat(), "text": match[2]}
        except CellError:
            pass
    return {"on": None, "text": line}
