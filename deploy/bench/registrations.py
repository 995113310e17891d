"""
Single registrations: intake beside a bare endpoint and beside the bare database.

Rounds alternate, so that a machine that slows down slows down all of them.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from deploy.bench.load import Answered, BenchError, Load
from deploy.bench.stage import Stage
from deploy.local import packages

CONNECTIONS = 16
_SCRIPT = Path(__file__).with_name("registration.sql")


@dataclass
class Way:
    """
    One way to take a registration in, and what it reached round by round.
    """

    name: str
    title: str
    run: Callable[[], Answered]
    rounds: list[Answered] = field(default_factory=list)

    @property
    def rates(self) -> list[float]:
        return [each.rate for each in self.rounds]

    @property
    def rate(self) -> float:
        return median(self.rates)

    def latency(self, percent: float) -> float:
        return median(each.percentile(percent) for each in self.rounds)

    @property
    def own_share(self) -> float:
        """
        The share of one core that the load generator took.
        """
        return median(each.own_seconds / each.seconds for each in self.rounds)


def compare(ways: Sequence[Way], rounds: int, say: Callable[[str], None]) -> None:
    for number in range(1, rounds + 1):
        for way in ways:
            way.rounds.append(way.run())
            say(f"round {number}: {way.title}: {way.rounds[-1].rate:,.0f}/s")


def alone(stage: Stage, count: int) -> list[Way]:
    """
    Intake with nothing else at work, the bare endpoint, and pgbench.
    """
    plain = stage.registrations(count=count, connections=CONNECTIONS)
    bare = Load(
        port=stage.bare_port, body=plain.body, count=count, connections=CONNECTIONS
    )
    warm_up = max(count // 5, CONNECTIONS)

    def over_http(load: Load) -> Callable[[], Answered]:
        return lambda: stage.generator.drive(load, warm_up=warm_up)

    return [
        Way("intake", "intake POST /petitions", over_http(plain)),
        Way("bare", "bare nameko, one INSERT", over_http(bare)),
        Way("pgbench", "pgbench, two INSERTs", lambda: pgbench(stage, count)),
    ]


def together(stage: Stage, count: int) -> list[Way]:
    """
    Intake while the relay and the readers carry on with what it announces.
    """
    plain = stage.registrations(count=count, connections=CONNECTIONS)
    keyed = stage.registrations(count=count, connections=CONNECTIONS, keyed=True)
    return [
        Way("intake_system", "whole system at work", _run(stage, plain)),
        Way("intake_keyed", "the same, with Idempotency-Key", _run(stage, keyed)),
    ]


def _run(stage: Stage, load: Load) -> Callable[[], Answered]:
    return lambda: stage.generator.drive(load, warm_up=CONNECTIONS)


def pgbench(stage: Stage, count: int) -> Answered:
    """
    The same two INSERTs from as many clients. Raises `BenchError`.
    """
    place = urlsplit(stage.stack.environment()["INTAKE_DATABASE_URL"])
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "each"
        done = subprocess.run(
            [
                str(_program()),
                *("--no-vacuum", "--protocol=prepared", f"--file={_SCRIPT}"),
                *(f"--client={CONNECTIONS}", "--jobs=2"),
                f"--transactions={max(count // CONNECTIONS, 1)}",
                *("--log", f"--log-prefix={log}"),
                *("-h", str(place.hostname), "-p", str(place.port)),
                *("-U", str(place.username), place.path.lstrip("/")),
            ],
            env=os.environ | {"PGPASSWORD": str(place.password)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        if done.returncode or not found:
            raise BenchError(f"pgbench failed:\n{done.stderr[-1000:]}")
        latencies = sorted(
            int(line.split()[2]) / 1e6
            for file in Path(folder).iterdir()
            for line in file.read_text(encoding="ascii").splitlines()
        )
    return Answered(len(latencies) / float(found[1]), latencies)


def _program() -> Path:
    folder = packages.postgres()
    if folder is None or not (folder / "pgbench").exists():
        raise BenchError("pgbench is not installed; it comes with PostgreSQL's server")
    return folder / "pgbench"


def as_data(way: Way) -> dict[str, Any]:
    return {
        "per_second": round(way.rate, 1),
        "rounds": [round(rate, 1) for rate in way.rates],
        "p50_ms": round(way.latency(50) * 1000, 2),
        "p99_ms": round(way.latency(99) * 1000, 2),
        "generator_share_of_core": round(way.own_share, 3),
    }
