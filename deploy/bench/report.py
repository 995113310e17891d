"""
Sections of the report: a table for a person, and the same as data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table


@dataclass(frozen=True)
class Target:
    """
    What was to be reached, and what was measured: at least so much, or at most.

    *large*: it is said of large numbers; with few the fixed part, such as a process's
    start, outweighs the rest.
    """

    what: str
    measured: float
    wanted: float
    unit: str
    at_least: bool = True
    large: bool = False

    @property
    def is_reached(self) -> bool:
        if self.at_least:
            return self.measured >= self.wanted
        return self.measured <= self.wanted


@dataclass(frozen=True)
class Section:
    """
    A table with a line for each thing measured: all lines have the same columns.
    """

    title: str
    lines: Sequence[Mapping[str, Any]]
    note: str
    targets: Sequence[Target] = ()

    def show(self, console: Console) -> None:
        table = Table(title=self.title, title_justify="left", box=SIMPLE_HEAD)
        for number, column in enumerate(self.lines[0]):
            justify = "right" if number else "left"
            table.add_column(column, justify=justify, no_wrap=True)  # type: ignore[arg-type]
        for line in self.lines:
            table.add_row(*map(_text, line.values()))
        console.print(table)
        console.print(Padding(self.note, (0, 0, 1, 2)), width=90, highlight=False)


def compared(sections: Iterable[Section], *, quick: bool) -> Section:
    """
    Every target of the sections beside what was measured; in a *quick* run those of
    large numbers are not judged.
    """
    targets = [target for section in sections for target in section.targets]
    judged = [target for target in targets if not (quick and target.large)]
    reached = sum(target.is_reached for target in judged)
    return Section(
        "Targets",
        [
            {
                "what": target.what,
                "measured": target.measured,
                "target": f"{'≥' if target.at_least else '≤'} {_text(target.wanted)}",
                "unit": target.unit,
                "reached": _REACHED[target.is_reached if target in judged else None],
            }
            for target in targets
        ],
        f"{reached} of {len(judged)} are reached in this run.",
    )


_REACHED = {True: "yes", False: "no", None: "too few"}


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
