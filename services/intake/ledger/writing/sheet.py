"""
A sheet in the layout of a form: the title of the form, groups, titles of the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import xlsxwriter

from services.intake.ledger.form import Column, Form
from services.intake.ledger.writing.texts import choices_of
from services.intake.ledger.xlsx_stream import LISTED

GROUPS, TITLES, CASES = 1, 2, 3  # rows of the sheet, from 0
_ROWS = 1_000  # that have drop-downs
_PROSE = 300  # a column of longer texts gets more room


class FormSheet:
    """
    A column without a group has its title in the lower row, not in a merged cell: there
    a file in this layout is read from. *more*: titles of columns behind the form's own.
    """

    def __init__(
        self, workbook: Any, form: Form, name: str, more: Sequence[str] = ()
    ) -> None:
        self.form, self.more = form, more
        self.places = {column.id: place for place, column in enumerate(form.columns)}
        self.after = len(form.columns)
        self.cell = {"border": 1, "text_wrap": True, "valign": "vcenter"}
        heading = self.cell | {"bold": True, "align": "center"}
        self.title = workbook.add_format(
            {"bold": True, "font_size": 16, "align": "center"}
        )
        self.group = workbook.add_format(heading)
        self.no_group = workbook.add_format(heading | {"bottom": 0})
        self.below_none = workbook.add_format(heading | {"top": 0})
        # "@" keeps an identity number a text
        self.text = workbook.add_format(self.cell | {"num_format": "@"})
        self.sheet = workbook.add_worksheet(name)

    def write_heading(self, cells: Any = None) -> None:
        """
        Write what stands above the cases; *cells*: the format of the columns below.
        """
        last = self.after + len(self.more) - 1
        for place, column in enumerate(self.form.columns):
            width = 30 if column.max > _PROSE and column.type != "money" else 14
            self.sheet.set_column(place, place, width, cells)
        self.sheet.freeze_panes(CASES, 0)
        self.sheet.merge_range(0, 0, 0, last, self.form.title, self.title)
        for group, members in groupby(self.form.columns, key=lambda c: c.group):
            self._write_group(group, list(members))
        for place in range(self.after, last + 1):
            self.sheet.write_blank(GROUPS, place, None, self.no_group)
        for place, column in enumerate(self.form.columns):
            written = self.group if column.group else self.below_none
            self.sheet.write_string(TITLES, place, column.title, written)
        for shift, title in enumerate(self.more):
            self.sheet.write_string(TITLES, self.after + shift, title, self.below_none)

    def _write_group(self, group: str, members: Sequence[Column]) -> None:
        first, last = self.places[members[0].id], self.places[members[-1].id]
        if not group:
            for place in range(first, last + 1):
                self.sheet.write_blank(GROUPS, place, None, self.no_group)
        elif first == last:
            self.sheet.write_string(GROUPS, first, group, self.group)
        else:
            self.sheet.merge_range(GROUPS, first, GROUPS, last, group, self.group)


class DropDowns:
    """
    Offers in the cells below the titles what may be written there; on a sheet of its
    own where it is too long for a cell's own drop-down.
    """

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.sheet: Any = None
        self.columns = 0

    def offer(self, sheet: Any, place: int, column: Column, form: Form) -> None:
        """
        Offer in the column at a *place* of the sheet what its cells may hold, if they
        hold one of some words.
        """
        if allowed := choices_of(column, form):
            rows = (CASES, place, CASES + _ROWS - 1, place)
            sheet.data_validation(*rows, self._validation(column, allowed))

    def _validation(self, column: Column, allowed: tuple[str, ...]) -> dict[str, Any]:
        source: object = list(allowed)
        if len(",".join(allowed)) > LISTED or any("," in each for each in allowed):
            source = self._written(allowed)
        many = column.type == "list"
        return {
            "validate": "list",
            "source": source,
            # several are written in one cell, and other spellings are understood
            "error_type": "information" if many else "warning",
            "error_title": column.title,
            "error_message": "不在常用写法之内，能识别的其他写法也可以。",
        }

    def _written(self, allowed: tuple[str, ...]) -> str:
        if self.sheet is None:
            self.sheet = self.workbook.add_worksheet("可选内容")
            self.sheet.hide()
        place = self.columns
        self.columns += 1
        self.sheet.write_column(0, place, allowed)
        letter = xlsxwriter.utility.xl_col_to_name(place)
        return f"='可选内容'!${letter}$1:${letter}${len(allowed)}"
