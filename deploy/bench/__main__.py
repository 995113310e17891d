"""
How fast it is, beside what the machine could do: `python -m deploy.bench [--quick]`.

Starts a system of its own, measures, prints, writes `var/bench.json`, leaves nothing
running. Targets stand beside what was measured; none makes it fail.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import httpx
from rich.console import Console

from deploy.bench import (
    holding,
    latency,
    ledgers,
    recomputing,
    registrations,
    scale,
    sweep,
)
from deploy.bench.load import BenchError
from deploy.bench.machine import describe
from deploy.bench.memory import Memory
from deploy.bench.report import compared
from deploy.bench.stage import Stage
from deploy.local.stack import ROOT, StackError

_BACKGROUND = 0.3  # of what the whole system carries through


@dataclass(frozen=True)
class Size:
    """
    How much is measured: *seconds* are those of one round of registrations.
    """

    rounds: int
    seconds: int
    rows: int
    samples: int
    ledgers: int
    bulk: int
    offices: int
    matters: int
    duties: tuple[int, ...]


FULL = Size(2, 4, 3_000, 200, 20, 4_000, 3_000, 336, (100_000,))
QUICK = Size(2, 2, 1_000, 60, 5, 1_000, 60, 100, (10_000,))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller and rougher")
    size = QUICK if parser.parse_args().quick else FULL
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console, began = Console(width=110), time.monotonic()

    def say(line: str) -> None:
        console.print(f"  {time.monotonic() - began:5.0f} s  {line}", style="dim")

    try:
        with Stage.set_up(say) as stage:
            measure(stage, size, console)
    except KeyboardInterrupt:
        print("interrupted; the system is stopped and its data removed")
        return 130
    except (BenchError, StackError, httpx.HTTPError) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0


def measure(stage: Stage, size: Size, console: Console) -> None:
    with stage.database() as database:
        machine = describe(database, stage.stack.environment()["AMQP_URI"])
    lines = (f"{name}: {value}" for name, value in machine.items())
    console.print("\n[bold]The machine[/]", *lines, sep="\n  ", highlight=False)

    singles, through = registrations.measure(stage, size.rounds, size.seconds)
    memory = Memory(stage)
    memory.look("at first")
    pushed = ledgers.measure(stage, size.rows)
    memory.look(f"after {size.rows:,} rows")
    recomputed = [*recomputing.measure(stage)]
    beside = through * _BACKGROUND
    latencies = latency.measure(stage, size.samples, size.ledgers, beside, size.bulk)
    memory.look(f"after {size.bulk:,} more")
    held_section = holding.measure(stage)
    escalated = sweep.measure_escalation(stage)
    empty = float(singles[0].lines[0]["per s"])
    large = scale.measure(stage, size.offices, size.matters, empty)
    swept = sweep.measure_duties(stage, size.duties)
    sections = [
        *singles,
        *pushed,
        *recomputed,
        latencies,
        memory.section(),
        held_section,
    ]
    sections += [escalated, large, swept]
    sections.append(compared(sections, quick=size is QUICK))
    for section in sections:
        section.show(console)
    results = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "size": asdict(size),
        "through_per_second": round(through, 1),
        "sections": [asdict(section) for section in sections],
    }
    target = ROOT / "var" / "bench.json"
    target.write_text(json.dumps(results, indent=1, ensure_ascii=False), "utf-8")
    stage.say(f"also in {target}")


if __name__ == "__main__":
    raise SystemExit(main())
