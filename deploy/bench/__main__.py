"""
How fast it is, beside what the machine could do: `python -m deploy.bench [--quick]`.

Starts a system of its own, measures, prints, writes `var/bench.json`, leaves nothing
running. No target is checked here.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from deploy.bench import latency, ledgers, registrations, report
from deploy.bench.load import BenchError, background
from deploy.bench.machine import describe
from deploy.bench.stage import Stage, results_file
from deploy.local.servers import StackError

_BACKGROUND = 40.0  # registrations a second, meanwhile


@dataclass(frozen=True)
class Size:
    """
    How much is measured.
    """

    rounds: int
    registrations: int
    rows: int
    samples: int
    ledgers: int


FULL = Size(rounds=5, registrations=1500, rows=20_000, samples=60, ledgers=30)
QUICK = Size(rounds=2, registrations=300, rows=1_000, samples=15, ledgers=5)


def main() -> int:
    asked = _parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with Stage.set_up() as stage:
            measure(stage, QUICK if asked.quick else FULL, Console(width=110))
    except KeyboardInterrupt:
        print("interrupted; the system is stopped and its data removed")
        return 130
    except (BenchError, StackError) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0


def measure(stage: Stage, size: Size, console: Console) -> None:
    began = time.monotonic()

    def say(line: str) -> None:
        console.print(f"  {time.monotonic() - began:5.0f} s  {line}", style="dim")

    environment = stage.stack.environment()
    machine = describe(environment["DATABASE_URL"], environment["AMQP_URI"])
    report.show_machine(console, machine)
    console.print()

    ways = _registrations(stage, size, say)
    pushed = ledgers.measure(stage, size.rows, say)
    series = _latency(stage, size, say)

    report.show_registrations(console, ways, size.registrations)
    report.show_ledger(console, pushed)
    report.show_latency(console, series)
    found = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": asdict(machine),
        "size": asdict(size),
        "registrations": {way.name: registrations.as_data(way) for way in ways},
        "ledger": ledgers.as_data(pushed),
        "latency": {each.title: latency.as_data(each) for each in series},
    }
    target = results_file()
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    console.print(f"\n  {time.monotonic() - began:.0f} s in all; also in {target}")


def _registrations(stage: Stage, size: Size, say: Any) -> list[registrations.Way]:
    stage.start("intake")
    stage.start_bare()
    ways = registrations.alone(stage, size.registrations)
    registrations.compare(ways, size.rounds, say)
    stage.stack.stop("bare")
    stage.forget()
    stage.start_the_rest()
    more = registrations.together(stage, size.registrations)
    registrations.compare(more, min(size.rounds, 2), say)
    say(f"readers caught up after {stage.wait_until_carried(300):.1f} s")
    return [*ways, *more]


def _latency(stage: Stage, size: Size, say: Any) -> list[latency.Series]:
    taken = [
        latency.of_registrations(stage, "registration → overdue", size.samples, 1),
        latency.of_ledgers(stage, "ledger of one row → base", size.ledgers, 1),
    ]
    say("latency at rest measured")
    load = stage.registrations(first=500_000_000)
    with background(load, _BACKGROUND) as reached:
        under_load = latency.of_registrations(stage, "", size.samples, 10_001)
        ledgers_under_load = latency.of_ledgers(stage, "", size.ledgers // 2, 10_001)
    say(f"latency under {reached[0]:.0f} registrations/s measured")
    beside = f", beside {reached[0]:.0f}/s"
    taken.append(_renamed(under_load, taken[0].title + beside))
    taken.append(_renamed(ledgers_under_load, taken[1].title + beside))
    return taken


def _renamed(series: latency.Series, title: str) -> latency.Series:
    return latency.Series(title, series.samples, series.asking)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute, rougher")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
