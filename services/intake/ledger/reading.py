"""
A county office's ledger, in any form an office would send it, to rows with all their
problems. It keeps nothing and decides nothing about a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, Self

from services.intake.ledger.cells import Context
from services.intake.ledger.cells.text import label, text_of
from services.intake.ledger.files.opening import (
    Storage,
    decoded,
    is_named_as_workbook,
    opened_as,
)
from services.intake.ledger.files.tables import (
    Table,
    delimited_table,
    filled_down,
    object_table,
    workbook_tables,
)
from services.intake.ledger.form import CASE_NO, MASKED, Form
from services.intake.ledger.headings import Heading, Row, Titles
from services.intake.ledger.problems import (
    LedgerUnreadable,
    masked,
    not_a_spreadsheet,
    quoted,
    unreadable,
)
from services.intake.ledger.rows import RowReader, RowResult
from services.intake.ledger.xlsx_stream import letters
from shared.errors import Cell, Problem

_NAMED = 12  # titles repeated in a sentence
_Ledger = tuple[Table, Heading, Iterable[tuple[int, Row]]]


def read_ledger(
    source: BinaryIO | Path, *, filename: str, form: Form, context: Context
) -> Reading:
    """
    The rows one after another. Asking for one may raise LedgerUnreadable: before the
    first row when the file is at fault; later when a text file breaks off or there are
    more rows than the form allows (`too_many_rows`), the rows already given being good.
    """
    return Reading(source, filename, form, context)


class Reading(Iterator[RowResult]):
    """
    An iterator of rows. `notices` grows while it is read: what was left unread and why.
    """

    def __init__(
        self, source: BinaryIO | Path, filename: str, form: Form, context: Context
    ) -> None:
        self.notices: list[Problem] = []
        self._filename = filename
        self._form = form
        self._titles = Titles(form)
        self._reader = RowReader(form, context, self.notices.append)
        self._rows = self._opened(source)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> RowResult:
        return next(self._rows)

    def _opened(self, source: BinaryIO | Path) -> Iterator[RowResult]:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                yield from self._read(stream)
        else:
            yield from self._read(source)

    def _read(self, stream: BinaryIO) -> Iterator[RowResult]:
        storage = opened_as(stream, self._form.limits)
        if storage is Storage.WORKBOOK:
            yield from self._cases(workbook_tables(stream))
            return
        table_of = object_table if storage is Storage.OBJECTS else delimited_table
        with decoded(stream) as text:
            table = table_of(text, self._titles)
            if storage is Storage.DELIMITED and is_named_as_workbook(self._filename):
                self._check_titles(table)
            yield from self._cases([table])

    def _check_titles(self, table: Table) -> None:
        """
        Old programs name a csv xls; a text without any title is no spreadsheet at all.
        """
        head = self._head(table)
        if self._titles.locate([row for _, row in head]) is None:
            raise not_a_spreadsheet("而是一般文字")
        table.rows = chain(head, table.rows)

    def _cases(self, tables: Iterable[Table]) -> Iterator[RowResult]:
        count = 0
        ledgers, torn = self._ledgers(tables)
        for table, heading, rows in ledgers:
            for row in self._reader.read(
                table.name, heading, rows, table.first_column, flat=table.flat
            ):
                count += 1
                if count > self._form.limits.rows:
                    raise _too_many_rows(self._form.limits.rows)
                yield row
            self._note_ignored(table.name, {quoted(key): key for key in table.ignored})
        for table, heading, rows in torn:
            self._note_torn(table, heading, rows)
        if not count:
            raise unreadable(
                "no_rows",
                "标题行下面没有案件。",
                "请逐行填写案件后重新上传。",
            )

    def _head(self, table: Table) -> list[tuple[int, Row]]:
        """
        The rows in which titles may stand; none when the titles are known.
        """
        rows = 0 if table.heading else self._form.limits.heading_within + 2
        return list(islice(table.rows, rows))

    def _ledgers(
        self, tables: Iterable[Table]
    ) -> tuple[Sequence[_Ledger], Sequence[_Ledger]]:
        """
        The tables that hold this form, and those beside them that hold a part of its
        columns. All are looked at before the first row is read.
        """
        ledgers: list[_Ledger] = []
        torn: list[_Ledger] = []
        others: list[tuple[Table, Heading]] = []
        for table in tables:
            if table.hidden:
                self._note("sheet_hidden", table.name, "工作表已隐藏，未读取。")
                continue
            head = self._head(table)
            if any(text_of(cell).endswith(MASKED) for _, row in head for cell in row):
                raise _masked_list()
            heading = (
                table.heading
                or self._titles.locate([row for _, row in head])
                or Heading(0, {})
            )
            if not heading.is_of(self._form):
                others.append((table, heading))
                continue
            below = chain(head[heading.last_row + 1 :], table.rows)
            barred = heading.position_of.get(CASE_NO, -1)
            ledger = (table, heading, filled_down(below, table.merged, barred))
            (torn if heading.missing(self._form) else ledgers).append(ledger)
        if not ledgers:
            if torn:
                missing = [self._columns_missing(t, h) for t, h, _ in torn]
                raise LedgerUnreadable(missing)
            raise self._other_form(others)
        for table, heading, _ in ledgers:
            self._note_columns(table, heading)
        for table, _ in others:
            self._note(
                "sheet_without_heading", table.name, "工作表没有台账的标题行，未读取。"
            )
        return ledgers, torn

    def _note(self, code: str, sheet: str, detail: str) -> None:
        self.notices.append(Problem(code, masked(detail), location=Cell(sheet)))

    def _note_torn(
        self, table: Table, heading: Heading, rows: Iterable[tuple[int, Row]]
    ) -> None:
        """
        Say of a sheet with few columns that it was not read, and of which of its cases
        nothing was read elsewhere.
        """
        detail = self._columns_missing(table, heading).detail
        place = heading.position_of.get(CASE_NO)
        numbers = self._reader.numbers_read() | {""}
        unread = [
            str(number)
            for number, row in islice(rows, self._form.limits.rows)
            if place is not None
            and place < len(row)
            and self._reader.number_in(row[place]) not in numbers
        ]
        if unread:
            detail += f"其中第{_some(unread)}行的案件也不在台账中，请补入台账后报送。"
        self._note("sheet_incomplete", table.name, f"{detail}该表未读取。")

    def _note_columns(self, table: Table, heading: Heading) -> None:
        places = _places(table, heading.unknown)
        self._note_ignored(
            table.name, dict(zip(places, heading.unknown.values(), strict=True))
        )
        if heading.doubled:
            named = "、".join(_places(table, heading.doubled))
            self._note("columns_twice", table.name, f"{named}与前面的列重复，未读取。")

    def _note_ignored(self, sheet: str, title_by_place: Mapping[str, str]) -> None:
        """
        One notice for columns the form does not know, one for those it forbids.
        """
        forbidden = {label(title) for title in self._form.not_collected}
        places = list(title_by_place)
        barred = [p for p in places if label(title_by_place[p]) in forbidden]
        unknown = [p for p in places if p not in barred]
        if barred:
            detail = f"{_some(barred)}按规定不得采集，未读取。"
            self._note("columns_not_collected", sheet, detail)
        if unknown:
            detail = f"{_some(unknown)}不是登记表的列，未读取。"
            self._note("columns_unknown", sheet, detail)

    def _other_form(self, seen: Sequence[tuple[Table, Heading]]) -> LedgerUnreadable:
        nothing = (Table("", iter(())), Heading(0, {}))
        table, best = max(
            seen, key=lambda each: len(each[1].position_of), default=nothing
        )
        titles = [c.title for c in self._form.columns if c.id in best.position_of]
        missing = _some([column.title for column in best.missing(self._form)])
        return unreadable(
            "other_form",
            masked(
                f"不是《{self._form.title}》：缺少{missing}；"
                f"只找到{_some(titles) if titles else '0个已知列名'}。"
                f"{_not_understood(table, best)}"
            ),
            "请使用登记表的样式，标题行放在前"
            f"{self._form.limits.heading_within}行内，不要改动列名。",
        )

    def _columns_missing(self, table: Table, heading: Heading) -> Problem:
        where = f"工作表“{table.name}”" if table.name else "文件"
        missing = _some([column.title for column in heading.missing(self._form)])
        detail = f"{where}缺少必填的列：{missing}。{_not_understood(table, heading)}"
        return Problem(
            "columns_missing",
            masked(detail),
            "请按登记表补上这些列，列名不要改动。",
            Cell(table.name),
        )


def _not_understood(table: Table, heading: Heading) -> str:
    """
    The titles that are of no column, which may be those that are missing.
    """
    if not heading.position_of or not heading.unknown:
        return ""
    return f"未能识别的列：{_some(_places(table, heading.unknown))}。"


def _places(table: Table, titles: Mapping[int, str]) -> list[str]:
    first = table.first_column
    where = {} if first is None else {p: f"{letters(first + p)}列" for p in titles}
    return [f"{where.get(p, '')}“{quoted(title)}”" for p, title in titles.items()]


def _masked_list() -> LedgerUnreadable:
    return unreadable(
        "masked_list",
        "这是不含信访人信息和案情的清单，不能用于报送。",
        "请报送原台账；需要取出完整台账的，请写明目的查阅（ledger/openings）。",
    )


def _too_many_rows(limit: int) -> LedgerUnreadable:
    return unreadable(
        "too_many_rows",
        f"文件中的案件超过{limit}行。",
        "请分成几个文件上传。",
    )


def _some(names: Sequence[str]) -> str:
    more = "等" if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + more
