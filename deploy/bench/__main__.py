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
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from rich.console import Console

from deploy.bench import climb, latency, ledgers, registrations, report, sweep
from deploy.bench.load import BenchError, background
from deploy.bench.machine import describe
from deploy.bench.stage import Stage, results_file
from deploy.local.packages import StackError

Say: TypeAlias = Callable[[str], None]

_BACKGROUND = 0.3  # of what the whole system carries through
_PATIENCE = 300.0  # seconds


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
    duties: tuple[int, ...]


FULL = Size(
    rounds=4,
    registrations=1_200,
    rows=5_000,
    samples=60,
    ledgers=20,
    duties=(100_000, 1_000_000),
)
QUICK = Size(
    rounds=2,
    registrations=300,
    rows=500,
    samples=15,
    ledgers=5,
    duties=(10_000, 100_000),
)


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

    alone = _alone(stage, size, say)
    together, through = _together(stage, size, say)
    pushed = ledgers.measure(stage, size.rows, say)
    series = _latency(stage, size, through * _BACKGROUND, say)
    climbed = climb.measure(stage, say)
    swept = [sweep.measure(stage, duties, say) for duties in size.duties]

    report.show_registrations(console, alone, together, through)
    report.show_ledger(console, pushed)
    report.show_latency(console, series)
    report.show_sweeps(console, swept)
    report.show_climb(console, climbed)
    ways = {way.name: registrations.as_data(way) for way in (*alone, *together)}
    found = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": asdict(machine),
        "size": asdict(size),
        "registrations": ways,
        "registrations_through_the_system_per_second": round(through, 1),
        "ledger": ledgers.as_data(pushed),
        "sweeps": [sweep.as_data(each) for each in swept],
        "climb": climb.as_data(climbed),
        "latency": {title: latency.as_data(each) for title, each in series.items()},
    }
    target = results_file()
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    console.print(f"\n  {time.monotonic() - began:.0f} s in all; also in {target}")


def _alone(stage: Stage, size: Size, say: Say) -> list[registrations.Way]:
    stage.start("intake")
    stage.start_bare()
    ways = registrations.alone(stage, size.registrations)
    registrations.compare(ways, size.rounds, say)
    stage.stack.stop("bare")
    stage.forget()
    return ways


def _together(
    stage: Stage, size: Size, say: Say
) -> tuple[list[registrations.Way], float]:
    """
    Also how many a second went all the way through to the readers.
    """
    stage.start_the_rest()
    ways = registrations.together(stage, size.registrations // 2)
    began, sent = time.monotonic(), stage.generator.sent
    registrations.compare(ways, min(size.rounds, 2), say)
    say(f"readers caught up after {stage.wait_until_carried(_PATIENCE):.1f} s")
    return ways, (stage.generator.sent - sent) / (time.monotonic() - began)


def _latency(
    stage: Stage, size: Size, beside: float, say: Say
) -> dict[str, latency.Series]:
    """
    At rest, then while *beside* registrations a second of another county come in.
    """
    letter, ledger = "registration → overdue", "one-row ledger → base"
    taken = {
        letter: latency.of_registrations(stage, range(size.samples)),
        ledger: latency.of_ledgers(stage, range(size.ledgers)),
    }
    say("latency at rest measured")
    load = stage.registrations(first=500_000_000)
    with background(load, beside) as reached:
        numbers = range(10_000, 10_000 + size.samples)
        letters = latency.of_registrations(stage, numbers)
        ledgers_of_one = latency.of_ledgers(stage, numbers[: size.ledgers // 2])
    say(f"latency beside {reached[0]:.0f} registrations/s measured")
    taken[f"{letter}, beside {reached[0]:.0f}/s"] = letters
    taken[f"{ledger}, beside {reached[0]:.0f}/s"] = ledgers_of_one
    return taken


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute, rougher")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
