"""
A clock that stood still for weeks: how long until every ladder is climbed again.

The letters of the other measurements were not answered: their duties are reminded of,
noticed and reported upward, each step once, as the programme's ladder says.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import psycopg

from deploy.bench.load import BenchError
from deploy.bench.stage import DAY, Stage
from deploy.bench.sweep import replicas

STANDSTILL = timedelta(days=45)
_WITHIN = 600.0  # seconds
_CROSSED = """
    SELECT count(*), count(DISTINCT subject), count(*) FILTER (WHERE kind = 'notice')
    FROM assignment.crossings
"""
_COME = 'SELECT count(*) FROM assignment.rungs WHERE "on" <= %s'


@dataclass(frozen=True)
class Climbed:
    """
    *steps* on the ladders of *subjects* were crossed, *notices* among them issued.

    *restart* seconds after the processes were started.
    """

    subjects: int
    steps: int
    notices: int
    restart: float

    @property
    def rate(self) -> float:
        return self.steps / max(self.restart, 0.001)


def measure(stage: Stage, say: Callable[[str], None]) -> Climbed:
    """
    Let weeks pass with nobody there, then start three replicas.

    Raises `BenchError` if they are not through in time.
    """
    stage.stack.stop("assignment")
    today = DAY + STANDSTILL
    stage.stack.set_business_day(today)
    with stage.database() as database:
        before = _crossed(database)
        began = time.monotonic()
        with replicas(stage):
            while database.execute(_COME, (today,)).fetchone() != (0,):
                if time.monotonic() > began + _WITHIN:
                    raise BenchError("ladders are still not climbed")
                time.sleep(0.1)
            restart = time.monotonic() - began
        steps, subjects, notices = (
            now - then for now, then in zip(_crossed(database), before, strict=True)
        )
    stage.start("assignment")
    climbed = Climbed(subjects, steps, notices, restart)
    say(f"{steps:,} steps of {subjects:,} ladders climbed: {climbed.rate:,.0f}/s")
    return climbed


def _crossed(database: psycopg.Connection[Any]) -> tuple[int, int, int]:
    return database.execute(_CROSSED).fetchone() or (0, 0, 0)


def as_data(climbed: Climbed) -> dict[str, Any]:
    return {**asdict(climbed), "per_second": round(climbed.rate, 1)}
