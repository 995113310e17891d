"""
The values of a row as an office writes them into a ledger: read again, they are the
same values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from services.intake.ledger.form import Column, Form, Kind
from services.intake.ledger.xlsx_stream import letters

Writer = Callable[[Any], str]
_OPINIONS = "prior_opinions"


class CellTexts:
    """
    Writes rows of one form; *name_of* gives the name of an office.
    """

    def __init__(self, form: Form, name_of: Callable[[str], str]) -> None:
        self.form = form
        self.name_of = name_of
        self.writers = {c.id: self._writer(c) for c in form.columns}

    def of_row(
        self, values: Mapping[str, Any], left_out: frozenset[str] = frozenset()
    ) -> list[str]:
        """
        A text for each column of the form, except those *left_out*.
        """
        return [
            ""
            if column.id in left_out or (value := _value(column, values)) in (None, [])
            else self.writers[column.id](value)
            for column in self.form.columns
        ]

    def _writer(self, column: Column) -> Writer:
        writers: Mapping[Kind, Writer] = {
            "boolean": self._answer,
            "booleans": lambda answers: "；".join(map(self._answer, answers)),
            "office": self.name_of,
            "code": lambda code: _label(column, code),
            "list": lambda codes: "、".join(_label(column, code) for code in codes),
            "opinions": lambda opinions: "；\n".join(map(_opinion, opinions)),
            "entries": lambda entries: "\n".join(map(_entry, entries)),
        }
        return writers.get(column.type, str)

    def _answer(self, answer: object) -> str:
        return self.form.yes[0] if answer else self.form.no[0]


def _value(column: Column, values: Mapping[str, Any]) -> Any:
    if column.type != "booleans":
        return values.get(column.id)
    answers = [opinion.get("final") for opinion in values.get(_OPINIONS) or ()]
    return [] if None in answers else answers


def _label(column: Column, code: object) -> str:
    labels = column.codes.get(str(code))
    return labels[0] if labels else str(code)


def _opinion(opinion: Mapping[str, Any]) -> str:
    parts = (opinion.get(part) for part in ("organ_name", "on", "number", "conclusion"))
    return "，".join(part or "" for part in parts)


def _entry(entry: Mapping[str, Any]) -> str:
    return "，".join(filter(None, (entry.get("on"), entry.get("text"))))


def titles_of(form: Form) -> tuple[list[str], list[str]]:
    """
    The two rows of titles of a form: the groups, each where it begins, and the columns.

    A column without a group has its title in the lower row, where a ledger is read.
    """
    groups = [
        column.group if before is None or before.group != column.group else ""
        for before, column in zip((None, *form.columns), form.columns, strict=False)
    ]
    return groups, [column.title for column in form.columns]


def merged_titles(form: Form) -> list[str]:
    """
    The ranges of cells that belong together in the first and the second row.
    """
    merged, place = [f"A1:{letters(len(form.columns) - 1)}1"], 0
    for group, members in groupby(form.columns, key=lambda column: column.group):
        count = len(list(members))
        if group and count > 1:
            merged.append(f"{letters(place)}2:{letters(place + count - 1)}2")
        place += count
    return merged


def choices_of(column: Column, form: Form) -> tuple[str, ...]:
    """
    What a drop-down of a column offers; nothing where it offers none.
    """
    if column.type == "boolean":
        return form.yes[0], form.no[0]
    return column.labels()
