"""
Where the column titles of a sheet stand and which column of the form each one is. Rows
of an office's table come in any order below a title, a group row or nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.intake.ledger.cells.text import Cell, label, plain, text_of
from services.intake.ledger.form import Column, Form
from services.intake.ledger.problems import quoted

Row = Sequence[Cell]
_LONGEST_TITLE = 200  # characters
_ADDED = re.compile(r"[（(【\[][^（(【\[）)】\]]*[）)】\]]|^\s*\d{1,3}[.、．]")


@dataclass(frozen=True)
class Heading:
    """
    The columns of the form that the titles of a table name.
    """

    last_row: int  # index of the last row of titles
    position_of: Mapping[str, int]  # column id -> position in a row
    unknown: Mapping[int, str] = field(default_factory=dict)  # position -> title
    doubled: Mapping[int, str] = field(default_factory=dict)

    def missing(self, form: Form) -> list[Column]:
        return [c for c in form.required() if c.id not in self.position_of]

    def is_of(self, form: Form) -> bool:
        """
        True when a third of the required titles are there: this form, perhaps torn.
        """
        required = form.required()
        return 3 * (len(required) - len(self.missing(form))) >= len(required)


class Titles:
    """
    The titles of a form, prepared for look-up.
    """

    def __init__(self, form: Form) -> None:
        self.form = form
        self.column_by_title = form.column_by_title()
        self.returned = frozenset(map(label, form.returned_columns.titles()))

    def column_of(self, title: str) -> Column | None:
        """
        The column of a title, also with a word in brackets or a number before it.
        """
        title = title[:_LONGEST_TITLE]
        column = self.column_by_title.get(label(title))
        if column is None and _ADDED.search(title):
            column = self.column_by_title.get(label(_ADDED.sub("", title)))
        return column

    def locate(self, rows: Sequence[Row]) -> Heading | None:
        """
        The row, or the pair of group row and title row, that names most columns.
        """
        best: Heading | None = None
        for heading in self._candidates(rows[: self.form.limits.heading_within + 1]):
            if best is None or len(heading.position_of) > len(best.position_of):
                best = heading
        return best

    def _candidates(self, rows: Sequence[Row]) -> Iterator[Heading]:
        for index, row in enumerate(rows):
            heading = self._single(index, row)
            if heading.position_of:
                yield heading
            if index + 1 < len(rows) and any(map(text_of, rows[index + 1])):
                pair = self._pair(index + 1, row, rows[index + 1])
                if pair is not None:
                    yield pair

    def _single(self, index: int, row: Row) -> Heading:
        return self._heading(
            index,
            [(self.column_of(text_of(cell)), text_of(cell)) for cell in row],
        )

    def _pair(self, index: int, upper: Row, lower: Row) -> Heading | None:
        """
        None when a cell below a known title is filled with something else: the lower
        row is then a case.
        """
        named: list[tuple[Column | None, str]] = []
        group = ""
        for above, below in _aligned(upper, lower):
            group = above or group
            if not below:
                named.append((self.column_of(above), above))
                continue
            column = self.column_of(group + below)
            column = column or self.column_of(below)
            if column is None and self.column_of(above):
                return None
            named.append((column, below))
        return self._heading(index, named)

    def _heading(
        self, last_row: int, named: Sequence[tuple[Column | None, str]]
    ) -> Heading:
        position_of: dict[str, int] = {}
        unknown: dict[int, str] = {}
        doubled: dict[int, str] = {}
        for position, (column, title) in enumerate(named):
            if column is None:
                if title.strip() and label(title) not in self.returned:
                    unknown[position] = quoted(plain(title))
            elif column.id in position_of:
                doubled[position] = quoted(plain(title))
            else:
                position_of[column.id] = position
        return Heading(last_row, position_of, unknown, doubled)


def _aligned(upper: Row, lower: Row) -> Iterator[tuple[str, str]]:
    for position in range(max(len(upper), len(lower))):
        above = upper[position] if position < len(upper) else ""
        below = lower[position] if position < len(lower) else ""
        yield text_of(above).strip(), text_of(below).strip()
