"""
The tables of a file, whatever stores them: numbered rows of cells, read as they are
needed. Which table is a ledger is not decided here.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, TextIO

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from services.intake.ledger.cells.text import Cell, text_of
from services.intake.ledger.headings import Heading, Row, Titles
from services.intake.ledger.problems import (
    LedgerUnreadable,
    damaged,
    protected,
    unreadable,
)

_SAMPLE = 128 * 1024  # characters of a csv in which its titles must stand
_DELIMITERS = ",\t;|，"
_NAMED = 50  # keys remembered as not read


@dataclass
class Table:
    """
    `rows` are numbered from 1 as the office sees them; `first_column` is the place of
    their first cell, None where columns have no letters.
    """

    name: str
    rows: Iterator[tuple[int, Row]]
    first_column: int | None = 0
    hidden: bool = False
    heading: Heading | None = None  # known from the start where keys name the columns
    ignored: dict[str, None] = field(default_factory=dict)  # keys met and not read


def workbook_tables(stream: BinaryIO) -> Iterator[Table]:
    """
    Raises LedgerUnreadable when the workbook cannot be opened.
    """
    try:
        workbook = CalamineWorkbook.from_filelike(stream)
        for index, sheet in enumerate(workbook.sheets_metadata):
            if sheet.typ is not SheetTypeEnum.WorkSheet:
                continue
            hidden = sheet.visible is not SheetVisibleEnum.Visible
            if hidden:
                yield Table(sheet.name, iter(()), hidden=True)
                continue
            cells = workbook.get_sheet_by_index(index)
            yield Table(
                sheet.name,
                enumerate(cells.iter_rows(), start=1),
                first_column=cells.start[1] if cells.start else 0,
            )
    except PasswordError as error:
        raise protected() from error
    except (CalamineError, OSError, ValueError) as error:
        raise damaged() from error


def delimited_table(text: TextIO, titles: Titles) -> Table:
    """
    A csv with whatever delimiter shows the form's titles.
    """
    delimiter = _delimiter(text.read(_SAMPLE), titles)
    text.seek(0)
    return Table("", _delimited_rows(text, delimiter))


def _delimiter(sample: str, titles: Titles) -> str:
    def titles_at(delimiter: str) -> int:
        lines = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            rows = list(islice(lines, titles.form.limits.heading_within + 2))
        except csv.Error:
            return 0
        heading = titles.locate(rows)
        return len(heading.position_of) if heading else 0

    return max(_DELIMITERS, key=titles_at)


def _delimited_rows(text: TextIO, delimiter: str) -> Iterator[tuple[int, Row]]:
    number = 0
    try:
        for number, row in enumerate(csv.reader(text, delimiter=delimiter), start=1):
            yield number, row
    except csv.Error as error:
        raise unreadable(
            "quote_not_closed",
            f"第{number + 1}行起无法读取，引号没有成对。",
            "请检查该行的双引号，或者另存为 xlsx 后重新上传。",
        ) from error


def object_table(text: TextIO, titles: Titles) -> Table:
    """
    A json array of objects by column id or title, as a table with the columns of the
    form. An object may leave keys out, so only another form's keys are no table.
    """
    objects = _objects(text.read())
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
        objects = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _broken(f"第{error.lineno}行第{error.colno}个字符起") from None
    except (ValueError, RecursionError):
        raise _broken("内容") from None
    if not isinstance(objects, list):
        raise _broken("内容")
    for count, item in enumerate(objects, start=1):
        if not isinstance(item, dict):
            raise _broken(f"第{count}条")
    return objects


def _no_constant(name: str) -> None:
    raise ValueError(name)


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
                ignored[key] = None
        yield row


def _flat(value: object) -> Cell:
    """
    A nested value as the text an office would have written into the cell.
    """
    if isinstance(value, list):
        return "；".join(text_of(_flat(item)) for item in value)
    if isinstance(value, dict):
        return "，".join(text_of(_flat(item)) for item in value.values())
    return value
