"""
The tables of a file, whatever stores them: numbered rows of cells, read as they are
needed. Which table is a ledger is not decided here.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, BinaryIO, NamedTuple, TextIO

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from services.intake.ledger.cells.text import Cell, Nested, text_of, written
from services.intake.ledger.files import binary
from services.intake.ledger.files.failed import failed_cells
from services.intake.ledger.files.opendocument import Marks, marks_of
from services.intake.ledger.headings import Heading, Row, Titles
from services.intake.ledger.problems import (
    LedgerUnreadable,
    damaged,
    protected,
    unreadable,
)

_SAMPLE = 128 * 1024  # characters of a csv in which its titles must stand
_MARK = "\ufeff"  # at the beginning of a text, also in GB18030
_LONGEST_FIELD = 2**31 - 1  # a cell's length is judged with its row, not by the csv
_DEEPEST = 3  # lists and objects in each other that one cell holds
_LONGEST_INTEGER = 18  # digits of a number; more are a text
_DELIMITERS = ",\t;|，"
_EMPTY = (None, "")
_MOST_MERGED = 2000  # cells of a sheet
_NAMED = 50  # keys remembered as not read


class Merged(NamedTuple):
    """
    A cell over several rows, by the rows' numbers and the place of its column.
    """

    first: int
    last: int
    place: int


@dataclass
class Table:
    """
    `rows` are numbered from 1 as the office sees them; `first_column` is the place of
    their first cell, None where columns have no letters. `flat`: the file cannot say
    which cells are merged.
    """

    name: str
    rows: Iterator[tuple[int, Row]]
    first_column: int | None = 0
    hidden: bool = False
    heading: Heading | None = None  # known from the start where keys name the columns
    merged: Sequence[Merged] = ()
    flat: bool = False
    ignored: dict[str, None] = field(default_factory=dict)  # keys met and not read


def workbook_tables(stream: BinaryIO) -> Iterator[Table]:
    """
    Raises LedgerUnreadable when the workbook cannot be opened.
    """
    try:
        failed = failed_cells(stream) or binary.failed_cells(stream)
        marks = marks_of(stream)
        workbook = CalamineWorkbook.from_filelike(stream)
        for index, sheet in enumerate(workbook.sheets_metadata):
            if sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            hidden = sheet.visible is not SheetVisibleEnum.Visible
            if hidden:
                yield Table(sheet.name, iter(()), hidden=True)
                continue
            cells = workbook.get_sheet_by_index(index)
            first_column = cells.start[1] if cells.start else 0
            rows = enumerate(cells.iter_rows(), start=1)
            marked = marks.get(sheet.name, Marks())
            shown = failed.get(sheet.name) or marked.failed
            yield Table(
                sheet.name,
                _with_failed(rows, shown, first_column) if shown else rows,
                first_column=first_column,
                merged=_merged(cells.merged_cell_ranges or marked.ranges, first_column),
            )
    except PasswordError as error:
        raise protected() from error
    except (CalamineError, OSError, ValueError) as error:
        raise damaged() from error


csv.field_size_limit(_LONGEST_FIELD)


def _with_failed(
    rows: Iterator[tuple[int, Row]], failed: Mapping[int, Mapping[int, str]], first: int
) -> Iterator[tuple[int, Row]]:
    """
    The rows with what the failed formulas show, which are read as empty.
    """
    for number, row in rows:
        if number in failed:
            cells = list(row)
            for column, shown in failed[number].items():
                if 0 <= column - first < len(cells):
                    cells[column - first] = shown
            yield number, cells
        else:
            yield number, row


def _merged(ranges: Iterable[Any], first_column: int) -> list[Merged]:
    """
    The cells over several rows; none when there are more than an office merges.
    """
    merged = [
        Merged(top + 1, bottom + 1, left - first_column)
        for (top, left), (bottom, _) in ranges
        if bottom > top and left >= first_column
    ]
    return sorted(merged) if len(merged) <= _MOST_MERGED else []


def filled_down(
    rows: Iterable[tuple[int, Row]], merged: Sequence[Merged], barred: int
) -> Iterator[tuple[int, Row]]:
    """
    The rows, each with what stands in the cells merged over it, except in the column at
    *barred*; a row that has nothing of its own stays empty.
    """
    coming = [each for each in reversed(merged) if each.place != barred]
    if not coming:
        yield from rows
        return
    over = list[tuple[Merged, Cell]]()
    for number, row in rows:
        cells = [*row]
        over = [(each, shown) for each, shown in over if each.last >= number]
        if any(cell not in _EMPTY for cell in row):
            for each, shown in over:
                if each.place < len(cells) and cells[each.place] in _EMPTY:
                    cells[each.place] = shown
        while coming and coming[-1].first <= number:
            starts = coming.pop()
            if starts.first == number and starts.place < len(cells):
                over.append((starts, cells[starts.place]))
        yield number, cells


def delimited_table(text: TextIO, titles: Titles) -> Table:
    """
    A csv with whatever delimiter shows the form's titles.
    """
    delimiter = _delimiter(text.read(_SAMPLE).removeprefix(_MARK), titles)
    text.seek(0)
    return Table("", _delimited_rows(text, delimiter), flat=True)


def _delimiter(sample: str, titles: Titles) -> str:
    def titles_at(delimiter: str) -> int:
        lines = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        rows = list(islice(lines, titles.form.limits.heading_within + 2))
        heading = titles.locate(rows)
        return len(heading.position_of) if heading else 0

    return max(_DELIMITERS, key=titles_at)


class _Lines(Iterator[str]):
    """
    The lines of a text, and whether one was asked for after the last.
    """

    def __init__(self, text: TextIO) -> None:
        self.lines = chain([text.readline().removeprefix(_MARK)], text)
        self.exhausted = False

    def __next__(self) -> str:
        for line in self.lines:
            return line
        self.exhausted = True
        raise StopIteration


def _delimited_rows(text: TextIO, delimiter: str) -> Iterator[tuple[int, Row]]:
    lines = _Lines(text)
    for number, row in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
        if lines.exhausted:  # the last row needed more: its quote was not closed
            raise unreadable(
                "quote_not_closed",
                f"第{number}行起无法读取，引号没有成对。",
                "请检查该行的双引号，或者另存为 xlsx 后重新上传。",
            )
        yield number, row


def object_table(text: TextIO, titles: Titles) -> Table:
    """
    A json array of objects by column id or title, as a table with the columns of the
    form. An object may leave keys out, so only the keys of another form make it no
    table.
    """
    objects = _objects(text.read().removeprefix(_MARK))
    first = objects[0] if objects else None
    heading = titles.locate([list(first)]) if first else None
    table = Table("", iter(()), first_column=None, heading=heading)
    if first and heading and heading.is_of(titles.form):
        columns = titles.form.columns
        places = {column.id: place for place, column in enumerate(columns)}
        table.heading = Heading(-1, places)
        rows = _object_rows(objects, places, titles, table.ignored)
        table.rows = enumerate(rows, start=1)
    return table


def _objects(text: str) -> list[dict[str, Any]]:
    """
    Raises LedgerUnreadable `json_broken`; the size of a ledger has a limit already.
    """
    try:
        objects = json.loads(
            text,
            parse_constant=str,  # NaN and Infinity, which JSON does not have
            parse_float=_float_or_text,
            parse_int=_integer_or_text,
        )
    except json.JSONDecodeError as error:
        raise _broken(f"第{error.lineno}行第{error.colno}个字符起") from None
    except ValueError:
        raise _broken("内容") from None
    except RecursionError:
        raise unreadable(
            "json_nested",
            "内容嵌套层数过多，无法读取。",
            "请上传以列名为键的对象数组，每个值为文字或者数字。",
        ) from None
    if not isinstance(objects, list):
        raise _broken("内容")
    for count, item in enumerate(objects, start=1):
        if not isinstance(item, dict):
            raise _broken(f"第{count}条")
    return objects


def _float_or_text(written: str) -> float | str:
    """
    A number too large to be one is the text that the office wrote.
    """
    number = float(written)
    return number if math.isfinite(number) else written


def _integer_or_text(written: str) -> int | str:
    return int(written) if len(written) <= _LONGEST_INTEGER else written


def _broken(where: str) -> LedgerUnreadable:
    return unreadable(
        "json_broken",
        f"{where}不是有效的 JSON 对象数组。",
        '请上传以列名为键的对象数组，如 [{"案件编号": "…"}]。',
    )


def _object_rows(
    objects: Iterable[Mapping[str, object]],
    places: Mapping[str, int],
    titles: Titles,
    ignored: dict[str, None],
) -> Iterator[Row]:
    for values in objects:
        row: list[Cell] = [None] * len(places)
        for key, value in values.items():
            column = titles.column_of(key)
            if column is not None:
                row[places[column.id]] = _flat(value)
            elif len(ignored) < _NAMED:
                ignored[written(key)] = None
        yield row


def _flat(value: object, deepest: int = _DEEPEST) -> Cell:
    """
    A nested value as the text an office would have written into the cell.
    """
    if isinstance(value, list):
        parts, between = value, "；"
    elif isinstance(value, dict):
        parts, between = [*value.values()], "，"
    else:
        return value
    flat = [_flat(part, deepest - 1) if deepest else Nested() for part in parts]
    if any(isinstance(part, Nested) for part in flat):
        return Nested()
    return between.join(map(text_of, flat))
