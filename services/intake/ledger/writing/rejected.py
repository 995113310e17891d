"""
The rows of a ledger that came back, as a workbook in the same form: the office corrects
the coloured cells and pushes the file again. Every text stands as the office wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypedDict

import xlsxwriter

from services.intake.ledger.form import Form
from services.intake.ledger.writing.sheet import CASES, DropDowns, FormSheet

_LONGEST = 32_767  # characters Excel keeps in a cell
_COMMENTS = 5_000  # Excel opens slowly with more; the last columns have every fault


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


class _Sheet(FormSheet):
    """
    One row after another, top to bottom.
    """

    def __init__(self, workbook: Any, form: Form) -> None:
        titles = form.returned_columns.titles()
        super().__init__(workbook, form, "退回的案件", titles)
        self.drop_downs = DropDowns(workbook)
        self.count = 0
        self.comments = 0
        self.bad = workbook.add_format(
            self.cell | {"num_format": "@", "bg_color": "#FFC7CE"}
        )
        self.message = workbook.add_format(self.cell | {"font_color": "#9C0006"})

    def write_heading(self, cells: Any = None) -> None:
        super().write_heading(cells)
        for place, column in enumerate(self.form.columns):
            self.drop_downs.offer(self.sheet, place, column, self.form)
        self.sheet.set_column(self.after, self.after, 16)
        self.sheet.set_column(self.after + 1, self.after + 2, 50)

    def write(self, row: RejectedRow) -> None:
        at = CASES + self.count
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
