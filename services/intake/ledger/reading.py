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
from services.intake.ledger.cells.text import label, letter
from services.intake.ledger.form import Column, Form
from services.intake.ledger.headings import Heading, Row, Titles
from services.intake.ledger.opening import (
    Storage,
    decoded,
    is_named_as_workbook,
    opened_as,
)
from services.intake.ledger.problems import (
    LedgerUnreadable,
    masked,
    not_a_spreadsheet,
    quoted,
    unreadable,
)
from services.intake.ledger.rows import RowReader, RowResult
from services.intake.ledger.tables import (
    Table,
    delimited_table,
    object_table,
    workbook_tables,
)
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
        for table, heading, rows in self._ledgers(tables):
            for row in self._reader.read(table.name, heading, rows, table.first_column):
                count += 1
                if count > self._form.limits.rows:
                    raise _too_many_rows(self._form.limits.rows)
                yield row
            self._note_ignored(table.name, {quoted(key): key for key in table.ignored})
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

    def _ledgers(self, tables: Iterable[Table]) -> Sequence[_Ledger]:
        """
        The tables that hold this form, all looked at before the first row is read.
        """
        ledgers: list[_Ledger] = []
        others: list[tuple[str, Heading]] = []
        torn: list[Problem] = []
        for table in tables:
            if table.hidden:
                self._note("sheet_hidden", table.name, "工作表已隐藏，未读取。")
                continue
            head = self._head(table)
            heading = (
                table.heading
                or self._titles.locate([row for _, row in head])
                or Heading(0, {})
            )
            if not heading.is_of(self._form):
                others.append((table.name, heading))
            elif missing := heading.missing(self._form):
                torn.append(_columns_missing(table.name, missing))
            else:
                below = chain(head[heading.last_row + 1 :], table.rows)
                ledgers.append((table, heading, below))
                self._note_columns(table, heading)
        if torn:
            raise LedgerUnreadable(torn)
        if not ledgers:
            raise self._other_form([heading for _, heading in others])
        for name, _ in others:
            self._note(
                "sheet_without_heading", name, "工作表没有台账的标题行，未读取。"
            )
        return ledgers

    def _note(self, code: str, sheet: str, detail: str) -> None:
        self.notices.append(Problem(code, masked(detail), location=Cell(sheet)))

    def _note_columns(self, table: Table, heading: Heading) -> None:
        first = table.first_column or 0
        self._note_ignored(
            table.name,
            {
                f"{letter(first + place)}列“{quoted(title)}”": title
                for place, title in heading.unknown.items()
            },
        )
        if heading.doubled:
            named = "、".join(
                f"{letter(first + place)}列“{quoted(title)}”"
                for place, title in heading.doubled.items()
            )
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

    def _other_form(self, seen: Sequence[Heading]) -> LedgerUnreadable:
        best = max(seen, key=lambda h: len(h.position_of), default=Heading(0, {}))
        titles = [c.title for c in self._form.columns if c.id in best.position_of]
        missing = _some([column.title for column in best.missing(self._form)])
        return unreadable(
            "other_form",
            f"不是《{self._form.title}》：缺少{missing}；"
            f"只找到{_some(titles) if titles else '0个已知列名'}。",
            "请使用登记表的样式，标题行放在前"
            f"{self._form.limits.heading_within}行内，不要改动列名。",
        )


def _columns_missing(sheet: str, missing: Sequence[Column]) -> Problem:
    where = f"工作表“{sheet}”" if sheet else "文件"
    return Problem(
        "columns_missing",
        f"{where}缺少必填的列：{_some([column.title for column in missing])}。",
        "请按登记表补上这些列，列名不要改动。",
        Cell(sheet),
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
