"""
The rows of a ledger that came back, as a workbook in the same form: the office corrects
the coloured cells and pushes the file again. Every text stands as the office wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, TypedDict

import xlsxwriter

from services.intake.ledger.form import Column, Form

_LONGEST = 32_767  # characters Excel keeps in a cell
_COMMENTS = 5_000  # Excel opens slowly with more; the last columns have every fault
_GROUPS, _TITLES, _CASES = 1, 2, 3  # rows of the sheet, from 0
_PROSE = 300  # a column of longer texts gets more room


class RejectedRow(TypedDict):
    """
    A row as RowResult.as_json gives it; a problem without a column is of the whole row.
    """

    sheet: str
    row: int
    raw: Mapping[str, str]
    problems: Sequence[Mapping[str, Any]]


def write_rejected(
    target: Path | BinaryIO, form: Form, rows: Iterable[RejectedRow]
) -> int:
    """
    How many rows were written. Made in memory: a temporary file would name people.
    """
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    destination = str(target) if isinstance(target, Path) else target
    with xlsxwriter.Workbook(destination, options) as workbook:
        sheet = _Sheet(workbook, form)
        sheet.write_heading()
        for row in rows:
            sheet.write(row)
    return sheet.count


class _Sheet:
    """
    One row after another, top to bottom. A column without a group has its title in the
    lower row, not in a merged cell: there a corrected file is read from.
    """

    def __init__(self, workbook: Any, form: Form) -> None:
        self.form = form
        self.count = 0
        self.comments = 0
        self.places = {column.id: place for place, column in enumerate(form.columns)}
        self.after = len(form.columns)
        cell = {"border": 1, "text_wrap": True, "valign": "vcenter"}
        heading = cell | {"bold": True, "align": "center"}
        self.title = workbook.add_format(
            {"bold": True, "font_size": 16, "align": "center"}
        )
        self.group = workbook.add_format(heading)
        self.no_group = workbook.add_format(heading | {"bottom": 0})
        self.below_none = workbook.add_format(heading | {"top": 0})
        # "@" keeps a corrected identity number a text
        self.text = workbook.add_format(cell | {"num_format": "@"})
        self.bad = workbook.add_format(
            cell | {"num_format": "@", "bg_color": "#FFC7CE"}
        )
        self.message = workbook.add_format(cell | {"font_color": "#9C0006"})
        self.sheet = workbook.add_worksheet("退回的案件")

    def write_heading(self) -> None:
        last = self.after + 2
        for place, column in enumerate(self.form.columns):
            width = 30 if column.max > _PROSE and column.type != "money" else 14
            self.sheet.set_column(place, place, width)
        self.sheet.set_column(self.after, self.after, 16)
        self.sheet.set_column(self.after + 1, last, 50)
        self.sheet.freeze_panes(_CASES, 0)
        self.sheet.merge_range(0, 0, 0, last, self.form.title, self.title)
        for group, members in groupby(self.form.columns, key=lambda c: c.group):
            self._write_group(group, list(members))
        for place in range(self.after, last + 1):
            self.sheet.write_blank(_GROUPS, place, None, self.no_group)
        for place, column in enumerate(self.form.columns):
            written = self.group if column.group else self.below_none
            self.sheet.write_string(_TITLES, place, column.title, written)
        for shift, title in enumerate(self.form.returned_columns.titles()):
            self.sheet.write_string(_TITLES, self.after + shift, title, self.below_none)

    def _write_group(self, group: str, members: Sequence[Column]) -> None:
        first, last = self.places[members[0].id], self.places[members[-1].id]
        if not group:
            for place in range(first, last + 1):
                self.sheet.write_blank(_GROUPS, place, None, self.no_group)
        elif first == last:
            self.sheet.write_string(_GROUPS, first, group, self.group)
        else:
            self.sheet.merge_range(_GROUPS, first, _GROUPS, last, group, self.group)

    def write(self, row: RejectedRow) -> None:
        at = _CASES + self.count
        problems = row["problems"]
        bad = {problem["location"]["column"] for problem in problems}
        for column_id, place in self.places.items():
            text = row["raw"].get(column_id, "")
            look = self.bad if column_id in bad else self.text
            if text:
                self.sheet.write_string(at, place, text[:_LONGEST], look)
            else:
                self.sheet.write_blank(at, place, None, look)
        for shift, text in enumerate(_explained(row)):
            self.sheet.write_string(
                at, self.after + shift, text[:_LONGEST], self.message
            )
        for problem in problems:
            at_column = self.places.get(problem["location"]["column"])
            if at_column is not None and self.comments < _COMMENTS:
                self.comments += 1
                comment = f"{problem['detail']}\n{problem['remedy']}"
                self.sheet.write_comment(at, at_column, comment)
        self.count += 1


def _explained(row: RejectedRow) -> tuple[str, str, str]:
    """
    Where the row stood, what is wrong with it, what to do.
    """
    where = f"{row['sheet']} 第{row['row']}行" if row["sheet"] else f"第{row['row']}行"
    problems = row["problems"]
    titles = [problem["location"]["title"] for problem in problems]
    named = [f"【{title}】" if title else "" for title in titles]
    return (
        where,
        "\n".join(n + p["detail"] for n, p in zip(named, problems, strict=True)),
        "\n".join(n + p["remedy"] for n, p in zip(named, problems, strict=True)),
    )
