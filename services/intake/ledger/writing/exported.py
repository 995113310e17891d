"""
Registered cases as a workbook in the form of their programme: a sheet an office, and
the numbers of all offices together. Pushed again, every row is one registered already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.intake.ledger.form import MASKED, Form
from services.intake.ledger.writing.texts import (
    CellTexts,
    choices_of,
    merged_titles,
    titles_of,
)
from services.intake.ledger.xlsx_stream import (
    HEADING,
    TEXT,
    TITLE,
    CellValue,
    SheetLayout,
    XlsxStream,
    letters,
)

Row = Mapping[str, Any]
_WIDE, _NARROW = 30, 14
_PROSE = 300  # a column of longer texts gets more room
_SUM = "合计"
_CASES, _IN_SCOPE = "案件数", "治理范围内"


@dataclass(frozen=True)
class Of:
    """
    The cases of one office, each with whether it is in scope and its ledger row.
    """

    name: str
    cases: Iterable[tuple[bool, Row]]


@dataclass
class LedgerWorkbook:
    """
    Writes a workbook piece by piece; *masked*: without what describes people.
    """

    form: Form
    texts: CellTexts
    masked: bool
    counts: dict[str, Counter[tuple[str, object]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # The columns by whose codes cases are counted.
        self.counted = [c for c in self.form.required() if c.type == "code"]

    def pieces(self, offices: Iterable[Of], heading: str) -> Iterator[bytes]:
        workbook = XlsxStream()
        layout = self._layout()
        for office in offices:
            rows = self._rows(office, heading)
            yield from workbook.sheet(office.name, layout, rows)
        yield from workbook.sheet(_SUM, *self._sums(heading))
        yield from workbook.end()

    def left_out(self) -> frozenset[str]:
        if not self.masked:
            return frozenset()
        columns = self.form.columns
        return frozenset(c.id for c in columns if c.personal or c.narrative)

    def _layout(self) -> SheetLayout:
        widths = [
            _WIDE if c.max > _PROSE and c.type != "money" else _NARROW
            for c in self.form.columns
        ]
        offered = {
            place: allowed
            for place, column in enumerate(self.form.columns)
            if (allowed := choices_of(column, self.form))
        }
        merged = merged_titles(self.form)
        return SheetLayout(widths, merged, frozen=3, offered=offered)

    def _rows(self, office: Of, heading: str) -> Iterator[tuple[int, Sequence[str]]]:
        note = MASKED if self.masked else ""
        groups, titles = titles_of(self.form)
        yield TITLE, [f"{office.name} {heading}{note}"]
        yield HEADING, groups
        yield HEADING, titles
        counts = self.counts.setdefault(office.name, Counter())
        left_out = self.left_out()
        for number, (in_scope, row) in enumerate(office.cases, start=1):
            self._count(counts, row, in_scope=in_scope)
            yield TEXT, self.texts.of_row({**row, "seq": number}, left_out)

    def _count(
        self, counts: Counter[tuple[str, object]], row: Row, *, in_scope: bool
    ) -> None:
        counts["", _CASES] += 1
        counts["", _IN_SCOPE] += in_scope
        for column in self.counted:
            counts[column.id, str(row.get(column.id))] += 1

    def _sums(
        self, heading: str
    ) -> tuple[SheetLayout, Iterator[tuple[int, Sequence[CellValue]]]]:
        keys: list[tuple[str, object]] = [("", _CASES), ("", _IN_SCOPE)]
        groups, titles = ["", "", ""], ["单位名称", _CASES, _IN_SCOPE]
        for column in self.counted:
            keys += [(column.id, code) for code in column.codes]
            labels = column.labels()
            groups += [column.title, *[""] * (len(labels) - 1)]
            titles += labels

        def rows() -> Iterator[tuple[int, Sequence[CellValue]]]:
            yield TITLE, [f"{heading} {_SUM}"]
            yield HEADING, groups
            yield HEADING, titles
            total = sum(self.counts.values(), Counter[tuple[str, object]]())
            for name, counts in (*self.counts.items(), (_SUM, total)):
                yield TEXT, [name, *(counts[key] for key in keys)]

        merged = [f"A1:{letters(len(titles) - 1)}1"]
        return SheetLayout([_WIDE, *[_NARROW] * len(keys)], merged, frozen=3), rows()


def case_sheet(form: Form, texts: CellTexts, number: str, row: Row) -> Iterator[bytes]:
    """
    One case, a line an item, without who petitions.
    """
    personal = frozenset(c.id for c in form.columns if c.personal)
    written = texts.of_row(row, personal)

    def rows() -> Iterator[tuple[int, Sequence[str]]]:
        yield TITLE, [f"{form.title} {number}"]
        yield HEADING, ["", "项目", "内容"]
        for column, text in zip(form.columns, written, strict=True):
            if column.id not in personal:
                yield TEXT, [column.group, column.title, text]

    workbook = XlsxStream()
    layout = SheetLayout([_NARROW, 2 * _NARROW, 3 * _WIDE], ["A1:C1"], frozen=2)
    yield from workbook.sheet(number, layout, rows())
    yield from workbook.end()
