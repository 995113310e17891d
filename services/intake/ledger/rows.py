"""
One row of a table to one RowResult: every cell parsed, with every problem of the row.
What is no case (blank rows, totals, remarks, repeated titles) is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from services.intake.ledger.cells import Context, Parser, parser_for
from services.intake.ledger.cells.text import Cell as Content
from services.intake.ledger.cells.text import Nested, compact, label, written
from services.intake.ledger.form import CASE_NO, Column, Form
from services.intake.ledger.headings import Heading
from services.intake.ledger.no_case import NoCase
from services.intake.ledger.problems import (
    CellError,
    hidden,
    is_personal,
    looks_personal,
    masked,
    quoted,
    without_quotes,
)
from services.intake.ledger.rules import RULES
from services.intake.ledger.xlsx_stream import letters
from shared.errors import Cell, Problem
from shared.matter_numbers import canonical_number

LIST_TYPES = frozenset({"list", "opinions", "entries"})
_EMPTY = (None, "")
_MISSING = "cell_missing"
_LONGEST_CELL = 32_767  # characters, as in Excel; judged before a cell is read
_SHIFTED = "本行内容与列名不符，请先核对各列是否错位。"
# What a cell shows whose formula failed.
_FAILED = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!")
)


@dataclass(frozen=True, slots=True)
class RowResult:
    """
    A case as read. `values` has every column of the form (None or [] when the cell says
    nothing or is bad) but prior_is_final, which each opinion says as `final`;
    `raw` has the office's own text of each filled cell. A *repeated* row says of a case
    what an earlier row of the file said; of a *shifted* one nothing may be quoted.
    """

    sheet: str
    row: int
    values: dict[str, Any]
    problems: tuple[Problem, ...]
    raw: dict[str, str]
    repeated: bool = False
    shifted: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "values": self.values,
            "problems": [asdict(problem) for problem in self.problems],
            "raw": self.raw,
            "repeated": self.repeated,
            "shifted": self.shifted,
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
        self.columns = form.column_by_id
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
            name for c in form.columns if c.codes for name in c.code_by_label
        }
        self.no_case = NoCase(form)
        # By office and number: where a case stands, and a hash of what is said of it.
        self.first: dict[tuple[object, str], tuple[str, int]] = {}

    def read(
        self,
        name: str,
        heading: Heading,
        rows: Iterable[tuple[int, Sequence[Content]]],
        first_column: int | None,
        *,
        flat: bool = False,
    ) -> Iterator[RowResult]:
        """
        `rows` are what stands below the heading, numbered as in the office's file;
        `first_column` is the place of their first cell, None when nothing has letters.
        `flat`: which cells are merged is not known.
        """
        sheet = self._sheet(name, heading, first_column)
        above: set[str] = set()  # the columns that are filled in somewhere above
        alone: list[int] = []
        remarks: list[int] = []
        for number, row in rows:
            cells = [*row, *[""] * (sheet.width - len(row))]
            # an empty cell is looked at first: most are, and 63 come with each row
            raw = {
                column_id: text
                for position, column_id, _ in sheet.plan
                if (cell := cells[position]) not in _EMPTY and (text := written(cell))
            }
            if len(raw) < 2:
                if raw.keys() - {"seq"}:
                    alone.append(number)
            elif self.no_case.is_remark(cells, raw):
                if CASE_NO in raw:
                    remarks.append(number)
            elif not self.no_case.is_heading(cells, raw):
                yield self._result(sheet, number, cells, raw, above)
                if flat:
                    above.update(raw.keys() - {CASE_NO})
        if alone:
            self.note(_passed_over("rows_alone", name, alone, "只有一格有内容"))
        if remarks:
            self.note(_passed_over("rows_remarks", name, remarks, "是合计、说明或落款"))

    def numbers_read(self) -> frozenset[str]:
        return frozenset(number for _, number in self.first)

    def number_in(self, cell: Content) -> str:
        """
        The case number of a cell, as `numbers_read` has it; empty if it has none.
        """
        text = written(cell)[:_LONGEST_CELL]
        is_title = label(text) == label(self.columns[CASE_NO].title)
        return "" if is_title else canonical_number(compact(text))

    def _sheet(self, name: str, heading: Heading, first_column: int | None) -> _Sheet:
        places = heading.position_of
        return _Sheet(
            name=name,
            plan=[(places[column], column, self.parsers[column]) for column in places],
            letters={
                column: letters(first_column + places[column]) for column in places
            }
            if first_column is not None
            else {},
            width=1 + max(places.values()),
        )

    def _result(
        self,
        sheet: _Sheet,
        number: int,
        cells: Sequence[Content],
        raw: dict[str, str],
        above: Collection[str],
    ) -> RowResult:
        values = self.nothing.copy()
        bad: dict[str, CellError] = {}
        for position, column_id, parse in sheet.plan:
            text = raw.get(column_id)
            if text is None:
                continue
            cell = cells[position]
            try:
                if len(text) > _LONGEST_CELL or text[0] == "#" or cell is not text:
                    _check_cell(cell, text, column_id)
                values[column_id] = parse(text if isinstance(cell, str) else cell)
            except CellError as fault:
                bad[column_id] = fault
        for column_id in self.lists:
            values[column_id] = values[column_id] or []
        for column_id, problem in self._check_together(sheet.name, number, values, bad):
            bad.setdefault(column_id, problem)
        if not bad:
            here = _place(sheet.name, number)
            repeated = self.first[_case_of(values)][0] != here
            return RowResult(sheet.name, number, values, (), raw, repeated)
        for column_id, missing in bad.items():
            if missing.code == _MISSING and column_id in above:
                bad[column_id] = _perhaps_merged(missing)
        written = self._written(raw)
        problems = tuple(
            self._problem(column_id, written, sheet, number, bad[column_id])
            for column_id in bad
        )
        return RowResult(
            sheet.name, number, values, problems, raw, shifted=written.shifted
        )

    def _check_together(
        self, name: str, number: int, values: dict[str, Any], bad: dict[str, CellError]
    ) -> Iterator[tuple[str, CellError]]:
        for column in self.required:
            if values[column.id] is None and column.id not in bad:
                yield column.id, _missing(column)
        for rule in RULES:
            yield from rule(values, self.form, self.context.today)
        if values[CASE_NO]:
            here = _place(name, number)
            content = _hash_of(values)
            there, before = self.first.setdefault(_case_of(values), (here, content))
            if there != here and before != content:
                yield CASE_NO, _twice(there)
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
        bad: CellError,
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


def _place(sheet: str, number: int) -> str:
    return f"{sheet}第{number}行" if sheet else f"第{number}行"


def _case_of(values: Mapping[str, Any]) -> tuple[object, str]:
    return values["reporting_office"], canonical_number(values[CASE_NO])


def _hash_of(values: Mapping[str, Any]) -> int:
    """
    The same hash for rows that say the same, whatever their running number and the
    brackets of the case number.
    """
    return hash(orjson.dumps({**values, "seq": None, CASE_NO: None}))


def _check_cell(cell: Content, text: str, column_id: str) -> None:
    """
    Refuse what no column can hold, and a case number that is not what its reader sees.
    Raises CellError.
    """
    if column_id == CASE_NO and isinstance(cell, str) and "\0" in cell:
        raise CellError(
            "control_character", "含有看不见的控制字符", "请重新录入案件编号。"
        )
    if isinstance(cell, Nested):
        raise CellError(
            "value_nested",
            "嵌套层数过多",
            "请填写文字、数字，或者最多两层的数组和对象。",
        )
    if len(text) > _LONGEST_CELL:
        raise CellError(
            "text_too_long",
            f"共{len(text)}字，一格最多{_LONGEST_CELL}字",
            "请压缩内容，或改为附件另行报送；如后面各行也进了这一格，请检查双引号是否成对。",
        )
    if text[0] == "#" and text.strip().upper() in _FAILED:
        raise CellError(
            "formula_failed",
            "是公式出错的结果",
            "请改正公式，或者填写数值；没有内容的请清空。",
        )


def _missing(column: Column) -> CellError:
    remedy = "请补填。"
    if column.type == "date":
        remedy = "请补填如 2019年3月5日 的日期。"
    elif column.codes:
        remedy = f"请填写以下之一：{'、'.join(column.labels())}。"
    elif column.type == "boolean":
        remedy = "请填写“是”或者“否”。"
    elif column.type == "integer":
        remedy = "请填写一个整数，没有的填0。"
    return CellError(_MISSING, "没有填写", remedy)


def _perhaps_merged(missing: CellError) -> CellError:
    """
    A blank below a cell that is filled in may be of a cell that was merged over both:
    a csv does not say so.
    """
    return CellError(
        _MISSING,
        f"{missing.detail}；上方的行填有此列，可能原是合并单元格，"
        "存为 csv 后只留在第一行",
        f"{missing.remedy}原是合并单元格的，请取消合并、逐行填写，"
        "或者另存为 xlsx 后重新上传。",
    )


def _twice(there: str) -> CellError:
    return CellError(
        "case_number_twice",
        f"与{there}的案件编号相同",
        "同一案件只保留一行；不同案件请改正案件编号。",
    )


def _personal_here() -> CellError:
    return CellError(
        "personal_in_other_column",
        "像是信访人的姓名、证件号码或者电话，不应填在这一列",
        "请核对各列是否错位，填到信访人的相应列。",
    )


def _passed_over(code: str, sheet: str, rows: list[int], why: str) -> Problem:
    named = "、".join(map(str, rows[:10])) + ("等" if len(rows) > 10 else "")
    detail = f"第{named}行{why}，未作为案件读取。"
    return Problem(code, detail, location=Cell(sheet))
