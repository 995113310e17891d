"""
One row of a table to one RowResult: every cell parsed, with every problem of the row.
What is no case (blank rows, totals, remarks, repeated titles) is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from services.intake.ledger.cells import Context, Parser, parser_for
from services.intake.ledger.cells.text import Cell as Content
from services.intake.ledger.cells.text import compact, label, letter, text_of
from services.intake.ledger.form import CASE_NO, Column, Form
from services.intake.ledger.headings import Heading
from services.intake.ledger.problems import (
    BadCell,
    hidden,
    is_personal,
    looks_personal,
    masked,
    quoted,
    without_quotes,
)
from services.intake.ledger.rules import RULES
from shared.errors import Cell, Problem

LIST_TYPES = frozenset({"list", "opinions", "entries"})
_LONGEST_CELL = 32_767  # characters, as in Excel; judged before a cell is read
_COUNTING = frozenset(map(str, range(1, 100)))  # what a row of column numbers holds
_SHIFTED = "本行内容与列名不符，请先核对各列是否错位。"
_FOLLOWS = r"(?:$|[:：(（共\d一二三四五六七八九十、.])"


@dataclass(frozen=True, slots=True)
class RowResult:
    """
    A case as read. `values` has every column of the form (None or [] when the cell says
    nothing or is bad) but prior_is_final, which each opinion says as `final`;
    `raw` has the office's own text of each filled cell.
    """

    sheet: str
    row: int
    values: dict[str, Any]
    problems: tuple[Problem, ...]
    raw: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "values": self.values,
            "problems": [asdict(problem) for problem in self.problems],
            "raw": self.raw,
        }


@dataclass(frozen=True)
class _Sheet:
    """
    What is the same for all rows of one table.
    """

    name: str
    plan: list[tuple[int, str, Parser]]  # position, column, its parser
    letters: dict[str, str]
    width: int


@dataclass(frozen=True)
class _Cells:
    """
    The cells of a row with problems, as the office wrote them, and what no sentence may
    repeat: the *personal* ones; all of them, if the columns are *shifted*.
    """

    raw: dict[str, str]
    personal: frozenset[str]
    shifted: bool


class RowReader:
    """
    Reads the rows of all tables of one file: in it, case numbers of an office are
    unique.
    """

    def __init__(
        self, form: Form, context: Context, note: Callable[[Problem], None]
    ) -> None:
        self.form = form
        self.context = context
        self.note = note
        self.columns = {column.id: column for column in form.columns}
        self.parsers = {c.id: parser_for(c, form, context) for c in form.columns}
        self.required = form.required()
        self.nothing: dict[str, Any] = dict.fromkeys(self.columns)
        self.lists = [c.id for c in form.columns if c.type in LIST_TYPES]
        self.personal = [c.id for c in form.columns if c.personal]
        # An address or the original case may rightly stand in another column, too.
        self.known_by = [c for c in self.personal if self.columns[c].writing != "plain"]
        self.names = [c.id for c in form.columns if c.writing == "name"]
        self.open = [c.id for c in form.columns if not (c.personal or c.narrative)]
        self.open_texts = [c for c in self.open if self.columns[c].type == "text"]
        self.labels = {
            name for c in form.columns if c.codes for name in c.code_by_label()
        }
        self.no_case = re.compile(
            f"(?:{'|'.join(map(re.escape, (*form.totals, *form.remarks)))}){_FOLLOWS}"
        )
        self.case_no_title = label(self.columns[CASE_NO].title)
        self.first_place: dict[tuple[object, object], str] = {}

    def read(
        self,
        name: str,
        heading: Heading,
        rows: Iterable[tuple[int, Sequence[Content]]],
        first_column: int | None,
    ) -> Iterator[RowResult]:
        """
        `rows` are what stands below the heading, numbered as in the office's file;
        `first_column` is the place of their first cell, None when nothing has letters.
        """
        sheet = self._sheet(name, heading, first_column)
        alone: list[int] = []
        for number, row in rows:
            cells = [*row, *[""] * (sheet.width - len(row))]
            # a str is looked at first: nearly all cells are, and 63 come with each row
            raw = {
                column_id: text
                for position, column_id, _ in sheet.plan
                if (
                    text := c if (c := cells[position]).__class__ is str else text_of(c)
                )
                and not text.isspace()
            }
            if len(raw) < 2:
                if raw.keys() - {"seq"}:
                    alone.append(number)
            elif not self._is_no_case(cells, raw):
                yield self._result(sheet, number, cells, raw)
        if alone:
            self.note(_alone(name, alone))

    def _sheet(self, name: str, heading: Heading, first_column: int | None) -> _Sheet:
        places = heading.position_of
        return _Sheet(
            name=name,
            plan=[(places[column], column, self.parsers[column]) for column in places],
            letters={column: letter(first_column + places[column]) for column in places}
            if first_column is not None
            else {},
            width=1 + max(places.values()),
        )

    def _is_no_case(self, cells: Sequence[Content], raw: dict[str, str]) -> bool:
        """
        A total, a remark, the titles again on a new page, or the columns' numbers.
        """
        first = next(cell for cell in cells if not _is_blank(cell))
        if isinstance(first, str) and self.no_case.match(compact(first)):
            return True
        if label(raw.get(CASE_NO, "")) == self.case_no_title:
            return True
        if raw.get(CASE_NO) not in _COUNTING:
            return False
        texts = [label(text_of(cell)) for cell in cells if not _is_blank(cell)]
        return len(texts) > 4 and texts == [str(n + 1) for n in range(len(texts))]

    def _result(
        self, sheet: _Sheet, number: int, cells: Sequence[Content], raw: dict[str, str]
    ) -> RowResult:
        values = self.nothing.copy()
        bad: dict[str, BadCell] = {}
        for position, column_id, parse in sheet.plan:
            text = raw.get(column_id)
            if text is None:
                continue
            if len(text) > _LONGEST_CELL:
                bad[column_id] = _too_long(len(text))
                continue
            try:
                values[column_id] = parse(cells[position])
            except BadCell as cell:
                bad[column_id] = cell
        for column_id in self.lists:
            values[column_id] = values[column_id] or []
        for column_id, problem in self._check_together(sheet.name, number, values, bad):
            bad.setdefault(column_id, problem)
        if not bad:
            return RowResult(sheet.name, number, values, (), raw)
        written = self._written(raw)
        problems = tuple(
            self._problem(column_id, written, sheet, number, bad[column_id])
            for column_id in bad
        )
        return RowResult(sheet.name, number, values, problems, raw)

    def _check_together(
        self, name: str, number: int, values: dict[str, Any], bad: dict[str, BadCell]
    ) -> Iterator[tuple[str, BadCell]]:
        for column in self.required:
            if values[column.id] is None and column.id not in bad:
                yield column.id, _missing(column)
        if case_no := values[CASE_NO]:
            here = f"{name}第{number}行" if name else f"第{number}行"
            case = values["reporting_office"], case_no
            there = self.first_place.setdefault(case, here)
            if there != here:
                yield CASE_NO, _twice(there)
        for rule in RULES:
            yield from rule(values, self.form, self.context.today)
        persons = {values[column_id] for column_id in self.known_by}
        for column_id in self.open_texts:
            text = values[column_id]
            if text and (text in persons or is_personal(text)):
                yield column_id, _personal_here()

    def _written(self, raw: dict[str, str]) -> _Cells:
        texts = {raw[c].strip() for c in self.personal if c in raw}
        personal = frozenset(text for text in texts if len(text) > 1)
        names = [raw[c].strip() for c in self.names if c in raw]
        shifted = any(looks_personal(raw[c]) for c in self.open if c in raw) or any(
            looks_personal(name) or name.isdecimal() or label(name) in self.labels
            for name in names
        )
        return _Cells(raw, personal, shifted)

    def _problem(
        self,
        column_id: str,
        cells: _Cells,
        sheet: _Sheet,
        number: int,
        bad: BadCell,
    ) -> Problem:
        column = self.columns[column_id]
        text = cells.raw.get(column_id, "").strip()
        secret = (
            column.personal
            or cells.shifted
            or text in cells.personal
            or looks_personal(text)
        )
        unquoted = secret or column.narrative or not text
        subject = column.title if unquoted else f"“{quoted(text)}”"
        detail = without_quotes(bad.detail) if cells.shifted else bad.detail
        value = "*" * min(len(text), 14) if unquoted else quoted(text)
        place = Cell(
            sheet=sheet.name,
            row=number,
            column=column.id,
            title=column.title,
            letter=sheet.letters.get(column_id, ""),
            value=hidden(text) if column.personal else masked(value, cells.personal),
        )
        return Problem(
            bad.code,
            masked(f"{subject}{detail}。", cells.personal),
            f"{bad.remedy}{_SHIFTED}" if cells.shifted else bad.remedy,
            place,
        )


def _is_blank(cell: Content) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _too_long(length: int) -> BadCell:
    return BadCell(
        "text_too_long",
        f"共{length}字，一格最多{_LONGEST_CELL}字",
        "请压缩内容，或改为附件另行报送。",
    )


def _missing(column: Column) -> BadCell:
    remedy = "请补填。"
    if column.type == "date":
        remedy = "请补填如 2019年3月5日 的日期。"
    elif column.codes:
        remedy = f"请填写以下之一：{'、'.join(column.labels())}。"
    elif column.type == "boolean":
        remedy = "请填写“是”或者“否”。"
    elif column.type == "integer":
        remedy = "请填写一个整数，没有的填0。"
    return BadCell("cell_missing", "没有填写", remedy)


def _twice(there: str) -> BadCell:
    return BadCell(
        "case_number_twice",
        f"与{there}的案件编号相同",
        "同一案件只保留一行；不同案件请改正案件编号。",
    )


def _personal_here() -> BadCell:
    return BadCell(
        "personal_in_other_column",
        "像是信访人的姓名、证件号码或者电话，不应填在这一列",
        "请核对各列是否错位，填到信访人的相应列。",
    )


def _alone(sheet: str, rows: list[int]) -> Problem:
    named = "、".join(map(str, rows[:10])) + ("等" if len(rows) > 10 else "")
    detail = f"第{named}行只有一格有内容，未作为案件读取。"
    return Problem("rows_alone", detail, location=Cell(sheet))
