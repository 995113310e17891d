"""
Sections of the report: a table for a person, and the same as data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table


@dataclass(frozen=True)
class Section:
    """
    A table with a line for each thing measured: all lines have the same columns.
    """

    title: str
    lines: Sequence[Mapping[str, Any]]
    note: str

    def show(self, console: Console) -> None:
        table = Table(title=self.title, title_justify="left", box=SIMPLE_HEAD)
        for number, column in enumerate(self.lines[0]):
            justify = "right" if number else "left"
            table.add_column(column, justify=justify, no_wrap=True)  # type: ignore[arg-type]
        for line in self.lines:
            table.add_row(*map(_text, line.values()))
        console.print(table)
        console.print(Padding(self.note, (0, 0, 1, 2)), width=90, highlight=False)


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
