"""
The measured figures as tables for a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from deploy.bench.latency import Series
from deploy.bench.ledgers import Pushed
from deploy.bench.machine import Machine
from deploy.bench.registrations import CONNECTIONS, Way


def show_machine(console: Console, machine: Machine) -> None:
    console.print("\n[bold]The machine[/]")
    for line in machine.lines():
        console.print(f"  {line}", highlight=False)


def show_registrations(console: Console, ways: Sequence[Way], count: int) -> None:
    """
    The first of *ways* is what the others are compared with.
    """
    table = _table(
        f"Single registrations, {CONNECTIONS} connections, {count:,} a round",
        "way",
        *("per s", "min", "max", "p50 ms", "p99 ms", "intake is", "generator"),
    )
    for way in ways:
        table.add_row(
            way.title,
            f"{way.rate:,.0f}",
            f"{min(way.rates):,.0f}",
            f"{max(way.rates):,.0f}",
            _ms(way.latency(50)),
            _ms(way.latency(99)),
            f"{ways[0].rate / way.rate:.0%}",
            f"{way.own_share:.0%} of a core" if way.own_share else "",
        )
    console.print(table)
    console.print(
        "  medians of the rounds, which alternate. intake checks the token and the "
        "schema, seals the\n  petitioner, writes petition, event and audit row; the "
        "bare endpoint and pgbench do none of\n  it but the INSERTs. In the first "
        "three rows relay and readers are off.",
        highlight=False,
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
    console.print(
        f"  the POST itself was answered in {pushed.answered * 1000:,.0f} ms. Each "
        "row is read from the workbook,\n  checked cell by cell, judged against the "
        f"scope, sealed and announced: {pushed.rate / pushed.copy_rate:.1%} of COPY.",
        highlight=False,
    )


def show_latency(console: Console, all_series: Sequence[Series]) -> None:
    table = _table(
        "From the accepted POST to the figure in the return",
        "way",
        *("samples", "answer p50 ms", "p50 ms", "p99 ms", "max ms", "one look ms"),
    )
    for series in all_series:
        table.add_row(
            series.title,
            str(len(series.samples)),
            _ms(series.answered(50)),
            _ms(series.shown(50)),
            _ms(series.shown(99)),
            _ms(series.shown(100)),
            _ms(series.asking),
        )
    console.print(table)
    console.print(
        "  p50, p99 and max count from the answer to the POST to the answer of GET "
        "/figures that shows it.",
        highlight=False,
    )


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD
    )
    table.add_column(first, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}"
