"""
A clock that stood still: how long until all that fell due meanwhile is announced.

First duties that fell overdue, then the escalation steps of the letters of the other
measurements, which were never answered. Three replicas share each.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg

from deploy.bench.load import BenchError
from deploy.bench.report import Section
from deploy.bench.stage import DAY, PROGRAMME, Stage
from deploy.local.ports import Ports

REPLICAS = 3
STANDSTILL = timedelta(days=45)
_WITHIN = 600.0  # seconds
# The oldest stand last in the table and in the order of their ids.
FILL = """
    INSERT INTO assignment.duties
        (id, number, office, programme, kind, title, source, opened_on, due_on,
         provisional, steps, state, state_on, creditor, warn_days, basis, supervised,
         backdated, past, answer, report, past_hour)
    SELECT 'sweep-' || lpad((%(duties)s - n)::text, 9, '0'), 'sweep-' || n, '410922',
           %(programme)s, 'sweep', '扫描', 'bench', DATE '2020-10-01',
           CASE WHEN n < %(overdue)s THEN DATE '2020-11-01' + n %% 200
                ELSE DATE '2022-01-01' + n %% 300 END,
           FALSE, '[]', 'open', DATE '2020-10-01', 'upper', 3, '', FALSE,
           FALSE, '[]', '', FALSE, FALSE
    FROM generate_series(%(duties)s - 1, 0, -1) AS n
"""
ANNOUNCED = """
    SELECT count(*), count(DISTINCT case_number),
           extract(epoch FROM max(created_at) - min(created_at))
    FROM assignment.outbox
    WHERE type = 'assignment.duty_overdue' AND starts_with(case_number, 'sweep-')
"""
PLAN = """
    EXPLAIN SELECT id FROM assignment.duties
    WHERE state = 'open' AND NOT flagged AND NOT backdated
      AND due_on < DATE '2021-06-30'
    ORDER BY due_on LIMIT 500 FOR UPDATE SKIP LOCKED
"""
STEPS = """
    SELECT count(*), count(DISTINCT subject), count(*) FILTER (WHERE kind = 'notice')
    FROM assignment.escalation_steps
"""
STEPS_DUE = 'SELECT count(*) FROM assignment.next_steps WHERE "on" <= %s'


def measure_duties(stage: Stage, sizes: tuple[int, ...]) -> Section:
    """
    A tenth of the open duties, at most 10,000, fell overdue while the clock stood.
    """
    return Section(
        f"Duties that fell overdue while the clock stood still, {REPLICAS} replicas",
        [_duties(stage, size, min(size // 10, 10_000)) for size in sizes],
        "Each is flagged, written to its history and announced once, oldest first; "
        "the oldest stand last in the table. From restart: the processes' start too.",
    )


def _duties(stage: Stage, duties: int, overdue: int) -> dict[str, Any]:
    """
    Raises `BenchError` if one is announced twice, or never.
    """
    stage.stack.stop("assignment")
    with stage.database() as database:
        values = {"duties": duties, "overdue": overdue, "programme": PROGRAMME}
        database.execute(FILL, values)
        database.execute("VACUUM ANALYZE assignment.duties")
        plan = "\n".join(row[0] for row in database.execute(PLAN))
        began = time.monotonic()
        with _replicas(stage):
            _wait(lambda: _row_of(database, ANNOUNCED)[0] >= overdue)
            restart = time.monotonic() - began
        count, distinct, sweeping = _row_of(database, ANNOUNCED)
        if (count, distinct) != (overdue, overdue):
            raise BenchError(f"{count} announcements of {distinct} duties")
        database.execute("DELETE FROM assignment.duties WHERE kind = 'sweep'")
        database.execute(
            "DELETE FROM assignment.outbox WHERE starts_with(case_number, 'sweep-')"
        )
        database.execute("VACUUM assignment.duties")
    stage.start("assignment")
    rate = overdue / max(float(sweeping), 0.001)
    stage.say(f"{overdue:,} of {duties:,} duties swept: {rate:,.0f}/s")
    return {
        "open duties": duties,
        "overdue": overdue,
        "s from restart": restart,
        "s of sweeping": float(sweeping),
        "per s": rate,
        "by index": "yes" if "ix_duties_unflagged" in plan else "no",
    }


def measure_escalation(stage: Stage) -> Section:
    """
    Let weeks pass while no replica runs, then start the replicas.
    """
    stage.stack.stop("assignment")
    today = DAY + STANDSTILL
    stage.live_in(today)
    with stage.database() as database:
        before = _row_of(database, STEPS)
        began = time.monotonic()
        with _replicas(stage):
            _wait(lambda: _row_of(database, STEPS_DUE, today) == (0,))
            restart = time.monotonic() - began
        after = _row_of(database, STEPS)
    stage.start("assignment")
    steps, subjects, notices = (b - a for a, b in zip(before, after, strict=True))
    stage.say(f"{steps:,} escalation steps: {steps / restart:,.0f}/s")
    return Section(
        f"Escalation steps due after {STANDSTILL.days} days, {REPLICAS} replicas",
        [
            {
                "subjects": subjects,
                "steps": steps,
                "notices": notices,
                "s from restart": restart,
                "steps per s": steps / restart,
            }
        ],
        "Each step is dated to its own day and announced once; a notice is a fact of "
        "its matter, which is recomputed, and opens a duty to answer.",
    )


@contextmanager
def _replicas(stage: Stage) -> Iterator[None]:
    """
    Processes of assignment beside each other, looking every second.
    """
    names = [f"assignment-{number}" for number in range(1, REPLICAS + 1)]
    try:
        for name in names:
            stage.stack.start_python(
                name,
                *("-m", "shared.service.run", "assignment"),
                like="assignment",
                ASSIGNMENT_PORT=str(Ports.free().assignment),
                SWEEP_SECONDS="1",
            )
        yield
    finally:
        stage.stack.stop(*names)


def _row_of(database: psycopg.Connection[Any], query: str, *values: object) -> Any:
    return database.execute(query, values or None).fetchone()


def _wait(is_done: Any) -> None:
    deadline = time.monotonic() + _WITHIN
    while not is_done():
        if time.monotonic() > deadline:
            raise BenchError("not everything that was due has been announced")
        time.sleep(0.1)
