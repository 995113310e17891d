"""
The form of a ledger: its columns, their titles and the labels of their codes, as
deploy/forms writes them. It says what a sheet should look like and reads none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from services.intake.ledger.cells.text import label
from shared.errors import Problem
from shared.yaml.decode import Decoder, duplicates, problem_in
from shared.yaml.load import ConfigurationError, read_yaml

Kind = Literal[
    "text",
    "integer",
    "date",
    "code",
    "list",
    "boolean",
    "booleans",
    "money",
    "office",
    "opinions",
    "entries",
]
Need = Literal["filing", "handed", "gate", "closing", "optional"]
Writing = Literal["plain", "folded", "compact", "name"]
Code = str | int

CASE_NO = "case_no"  # the column that identifies a case


@dataclass(frozen=True)
class Column:
    """
    One leaf column; the meaning of each key stands at the head of the form's file.
    """

    id: str
    title: str
    type: Kind
    required: Need
    group: str = ""
    aliases: tuple[str, ...] = ()
    personal: bool = False
    narrative: bool = False
    max: int = 0
    writing: Writing = "plain"
    future: bool = False
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def labels(self) -> tuple[str, ...]:
        """
        What the office may write, one label for each code.
        """
        return tuple(spellings[0] for spellings in self.codes.values())

    def code_by_label(self) -> dict[str, Code]:
        """
        Every tidied spelling, and the code itself. Codes of digits are numbers.
        """
        return {
            label(spelling): int(code) if code.isdecimal() else code
            for code, spellings in self.codes.items()
            for spelling in (*spellings, code)
        }

    def problems(self) -> Iterator[Problem]:
        if self.type == "code" and not self.codes:
            message = "代码列没有可填写的内容。"
            yield problem_in(self, "codes", "no_codes", message, "请补上 codes。")
        owners: dict[str, str] = {}
        for code, spellings in self.codes.items():
            if not spellings:
                message = f"{code} 没有名称。"
                yield problem_in(
                    self, "codes", "no_label", message, "请至少写一个名称。"
                )
            for spelling in spellings:
                if owners.setdefault(label(spelling), code) != code:
                    message = f"“{spelling}”同时指向两个代码。"
                    yield problem_in(
                        self, "codes", "two_codes", message, "请只保留一处。"
                    )


@dataclass(frozen=True)
class Limits:
    """
    What one file may hold, and where its titles are looked for.
    """

    rows: int
    unpacked_mib: int
    heading_within: int

    @property
    def unpacked_bytes(self) -> int:
        return self.unpacked_mib * 1024 * 1024


@dataclass(frozen=True)
class ReturnedColumns:
    """
    Titles of the columns that the file of rejected rows adds at its end.
    """

    row: str
    faults: str
    remedies: str

    def titles(self) -> tuple[str, str, str]:
        return self.row, self.faults, self.remedies


@dataclass(frozen=True)
class Form:
    """
    One form. Use `load_form`.
    """

    id: str
    title: str
    source: str
    limits: Limits
    earliest_date: date
    handed_origins: tuple[str, ...]
    blanks: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    totals: tuple[str, ...]
    remarks: tuple[str, ...]
    returned_columns: ReturnedColumns
    not_collected: tuple[str, ...]
    columns: tuple[Column, ...]

    def column_by_title(self) -> dict[str, Column]:
        """
        Every tidied title, alias, id and "group + title".
        """
        columns = {label(column.title): column for column in self.columns}
        for column in self.columns:
            for title in (column.id, column.group + column.title, *column.aliases):
                columns.setdefault(label(title), column)
        return columns

    def required(self) -> tuple[Column, ...]:
        """
        The columns without which no row can be read.
        """
        return tuple(c for c in self.columns if c.required == "filing")

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.columns, "id")
        if CASE_NO not in {column.id for column in self.columns}:
            message = f"没有“{CASE_NO}”列，无法区分案件。"
            yield problem_in(self, "columns", "no_case_number", message, "请补上该列。")
        titles = Counter(
            title for column in self.columns for title in _tidied_titles(column)
        )
        for column in self.columns:
            for title in _tidied_titles(column):
                if titles[title] > 1:
                    message = f"“{title}”同时是另一列的名称。"
                    yield problem_in(
                        column, None, "two_columns", message, "请只保留一处。"
                    )


def load_form(path: Path) -> Form:
    """
    Raises:
        ConfigurationError: names all faults of the file.
    """
    source = read_yaml(path)
    if source.problems:
        raise ConfigurationError(source.problems)
    form = Decoder(source).decode(Form)
    if source.problems:
        raise ConfigurationError(source.problems)
    return form


def _tidied_titles(column: Column) -> set[str]:
    return {label(title) for title in (column.title, *column.aliases)}
