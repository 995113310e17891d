"""
The measured figures as tables for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from deploy.bench.climb import STANDSTILL, Climbed
from deploy.bench.latency import Series
from deploy.bench.ledgers import Pushed
from deploy.bench.machine import Machine
from deploy.bench.registrations import CONNECTIONS, Way
from deploy.bench.sweep import REPLICAS, Swept


def show_machine(console: Console, machine: Machine) -> None:
    console.print("\n[bold]The machine[/]")
    for line in machine.lines():
        console.print(f"  {line}", highlight=False)


def show_registrations(
    console: Console,
    alone: Sequence[Way],
    together: Sequence[Way],
    through: float,
) -> None:
    """
    The first of *alone* is what all others are compared with; *through* is how many
    a second had their effect in all readers.
    """
    count = len(alone[0].rounds[0].latencies)
    table = _table(
        f"Single registrations: {CONNECTIONS} connections, {count:,} a round",
        "way",
        *("per s", "min", "max", "p50 ms", "p99 ms", "to intake", "generator's core"),
    )
    for way in (*alone, *together):
        if together and way is together[0]:
            table.add_section()
        table.add_row(
            way.title,
            f"{way.rate:,.0f}",
            f"{min(way.rates):,.0f}",
            f"{max(way.rates):,.0f}",
            _ms(way.latency(50)),
            _ms(way.latency(99)),
            f"{way.rate / alone[0].rate:.2f} x",
            f"{way.own_share:.0%}" if way.own_share else "",
        )
    console.print(table)
    _note(
        console,
        f"Medians of {len(alone[0].rounds)} rounds, which alternate. intake checks "
        "token and schema, seals the petitioner and writes petition, event and audit "
        "row; the bare endpoint writes the petition's row alone, pgbench that and the "
        "event's. In these three rows relay and readers are off. In the last two they "
        f"work along; all through to the readers go {through:,.0f}/s.",
    )


def show_ledger(console: Console, pushed: Pushed) -> None:
    table = _table(
        f"A ledger of {pushed.rows:,} rows (xlsx, {pushed.size / 2**20:.1f} MiB)",
        "way",
        *("rows per s", "seconds"),
    )
    table.add_row(
        "POST /imports until all rows are kept",
        f"{pushed.rate:,.0f}",
        f"{pushed.kept:.1f}",
    )
    table.add_row(
        "  … until the return shows them all",
        f"{pushed.rows / pushed.figures:,.0f}",
        f"{pushed.figures:.1f}",
    )
    table.add_row(
        "COPY of the same rows, same indexes",
        f"{pushed.copy_rate:,.0f}",
        f"{pushed.rows / pushed.copy_rate:.2f}",
    )
    console.print(table)
    _note(
        console,
        f"The POST itself was answered in {pushed.answered * 1000:,.0f} ms. Each row "
        "is read from the workbook, checked cell by cell, judged against the scope, "
        f"sealed, announced: {pushed.rate / pushed.copy_rate:.1%} of COPY.",
    )


def show_latency(console: Console, found: Mapping[str, Series]) -> None:
    table = _table(
        "From the accepted POST to the figure in the return",
        "way",
        *("samples", "p50 ms", "p99 ms", "max ms", "POST p50 ms", "one look ms"),
    )
    for title, series in found.items():
        table.add_row(
            title,
            str(len(series.samples)),
            _ms(series.shown(50)),
            _ms(series.shown(99)),
            _ms(series.shown(100)),
            _ms(series.answered(50)),
            _ms(series.asking),
        )
    console.print(table)
    _note(
        console,
        "From the answer to the POST until GET /figures, asked again and again, has "
        "shown it; one look is the grain of that.",
    )


def show_sweeps(console: Console, found: Sequence[Swept]) -> None:
    table = _table(
        f"Duties that fell overdue while the clock stood still, {REPLICAS} replicas",
        "open duties",
        *("overdue", "s from restart", "s of sweeping", "per s", "by index"),
    )
    for swept in found:
        table.add_row(
            f"{swept.duties:,}",
            f"{swept.overdue:,}",
            f"{swept.restart:.1f}",
            f"{swept.sweeping:.1f}",
            f"{swept.rate:,.0f}",
            "yes" if swept.indexed else "no",
        )
    console.print(table)
    _note(
        console,
        "Each is flagged, written to its history and announced once, oldest first; "
        "the oldest stand last in the table. From restart: the processes' start too.",
    )


def show_climb(console: Console, climbed: Climbed) -> None:
    table = _table(
        f"Ladders climbed after {STANDSTILL.days} days, {REPLICAS} replicas",
        "ladders",
        *("steps", "notices", "s from restart", "steps per s"),
    )
    table.add_row(
        f"{climbed.subjects:,}",
        f"{climbed.steps:,}",
        f"{climbed.notices:,}",
        f"{climbed.restart:.1f}",
        f"{climbed.rate:,.0f}",
    )
    console.print(table)
    _note(
        console,
        "Each step is dated to its own day and announced once; a notice is a fact of "
        "its matter, which is reckoned anew, and opens a duty to answer.",
    )


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD
    )
    table.add_column(first, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _note(console: Console, text: str) -> None:
    console.print(Padding(text, (0, 0, 1, 2)), width=90, highlight=False)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}"
