"""
A clock that stood still: how long until all that fell overdue meanwhile is announced.

The oldest stand last in the table and in the order of their ids.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import psycopg

from deploy.bench.load import BenchError
from deploy.bench.stage import PROGRAMME, Stage
from deploy.local.ports import Ports
from deploy.local.stack import ROOT

REPLICAS = 3
_WITHIN = 600.0  # seconds
_FILL = """
    INSERT INTO assignment.duties
        (id, number, office, programme, kind, title, source, opened_on, due_on,
         provisional, steps, state, state_on)
    SELECT 'sweep-' || lpad((%(duties)s - n)::text, 9, '0'), 'sweep-' || n, '410922',
           %(programme)s, 'sweep', '扫描', 'bench', DATE '2020-10-01',
           CASE WHEN n < %(overdue)s THEN DATE '2020-11-01' + n %% 200
                ELSE DATE '2022-01-01' + n %% 300 END,
           FALSE, '[]', 'open', DATE '2020-10-01'
    FROM generate_series(%(duties)s - 1, 0, -1) AS n
"""
_TOLD = """
    SELECT count(*), count(DISTINCT case_number),
           extract(epoch FROM max(created_at) - min(created_at))
    FROM assignment.outbox
    WHERE type = 'assignment.duty_overdue' AND starts_with(case_number, 'sweep-')
"""
_PLAN = """
    EXPLAIN SELECT id FROM assignment.duties
    WHERE state = 'open' AND NOT flagged AND NOT backdated
      AND due_on < DATE '2021-06-30'
    ORDER BY due_on, id LIMIT 500 FOR UPDATE SKIP LOCKED
"""


@dataclass(frozen=True)
class Swept:
    """
    *overdue* of *duties* open ones were announced.

    *restart* seconds after the processes were started, *sweeping* from the first to
    the last of them.
    """

    duties: int
    overdue: int
    restart: float
    sweeping: float
    indexed: bool

    @property
    def rate(self) -> float:
        return self.overdue / max(self.sweeping, 0.001)


def measure(stage: Stage, duties: int, say: Callable[[str], None]) -> Swept:
    """
    A tenth of the duties, at most 10,000, fell overdue while nobody looked.

    Raises `BenchError` if one is announced twice, or never.
    """
    overdue = min(duties // 10, 10_000)
    stage.stack.stop("assignment")
    with stage.database() as database:
        _fill(database, duties, overdue)
        plan = "\n".join(row[0] for row in database.execute(_PLAN))
        began = time.monotonic()
        with replicas(stage):
            _wait(database, overdue)
            restart = time.monotonic() - began
        count, distinct, sweeping = database.execute(_TOLD).fetchone() or (0, 0, 0)
        if (count, distinct) != (overdue, overdue):
            raise BenchError(f"{count} announcements of {distinct} duties")
        _clear(database)
    stage.start("assignment")
    swept = Swept(
        duties, overdue, restart, float(sweeping), "ix_duties_unflagged" in plan
    )
    say(f"{overdue:,} of {duties:,} duties swept: {swept.rate:,.0f}/s")
    return swept


def _fill(database: psycopg.Connection[Any], duties: int, overdue: int) -> None:
    asked = {"duties": duties, "overdue": overdue, "programme": PROGRAMME}
    database.execute(_FILL, asked)
    database.execute("VACUUM ANALYZE assignment.duties")


def _clear(database: psycopg.Connection[Any]) -> None:
    database.execute("DELETE FROM assignment.duties WHERE kind = 'sweep'")
    database.execute(
        "DELETE FROM assignment.outbox WHERE starts_with(case_number, 'sweep-')"
    )
    database.execute("VACUUM assignment.duties")


@contextmanager
def replicas(stage: Stage) -> Iterator[None]:
    """
    Processes of assignment beside each other, looking every second.
    """
    names = [f"assignment-{number}" for number in range(1, REPLICAS + 1)]
    try:
        for name in names:
            port = str(Ports.free().assignment)
            own = {"ASSIGNMENT_PORT": port, "SWEEP_SECONDS": "1"}
            stage.stack.processes.start(
                name,
                [sys.executable, "-m", "shared.run", "assignment"],
                stage.stack.environment("assignment") | own,
                cwd=ROOT,
            )
        yield
    finally:
        for name in names:
            stage.stack.stop(name)


def _wait(database: psycopg.Connection[Any], overdue: int) -> None:
    deadline = time.monotonic() + _WITHIN
    while True:
        row = database.execute(_TOLD).fetchone()
        if row is not None and row[0] >= overdue:
            return
        if time.monotonic() > deadline:
            raise BenchError("duties are still not announced as overdue")
        time.sleep(0.1)


def as_data(swept: Swept) -> dict[str, Any]:
    return {**asdict(swept), "per_second": round(swept.rate, 1)}
