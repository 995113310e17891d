"""
Single registrations: intake beside a bare endpoint and beside the bare database.

Rounds alternate, so that a machine that slows down slows down all of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median
from typing import Any, TypeAlias

from deploy.bench import processor
from deploy.bench.comparison import WORKERS, Helpdesk
from deploy.bench.load import CONNECTIONS, Answered, pgbench
from deploy.bench.logs import Logged
from deploy.bench.report import Section, Target
from deploy.bench.stage import PETITIONS, Stage

Ways: TypeAlias = Mapping[str, Callable[[], Answered]]

_CARRIED_WITHIN = 300.0  # seconds


INTAKE = "intake POST /petitions"
_BARE = "bare nameko, one INSERT"
_HELPDESK = f"django-helpdesk, {WORKERS} workers"
_WHOLE = "whole system at work"
_NOTE = (
    "Medians of {rounds} rounds, which alternate. intake checks token and schema, "
    "encrypts the petitioner and writes petition, event and audit row; the bare "
    "endpoint writes the petition's row alone, pgbench that and the event's. In "
    "these three lines relay and readers are off. In the last two they work too; "
    "all the way to the readers go {through:,.0f}/s. The helpdesk takes the same "
    "petition as a ticket over its REST API, on the same PostgreSQL."
)


def measure(
    stage: Stage, rounds: int, seconds: int
) -> tuple[tuple[Section, ...], float]:
    """
    The sections, and how many registrations a second had their effect in all readers.
    """
    stage.start("intake")
    alone = _intake_alone(stage, rounds, seconds)
    stage.start_the_rest()
    began, before, logged = time.monotonic(), processor.spent(stage), Logged(stage)
    together = _whole_system(stage, min(rounds, 2), seconds)
    stage.say(
        f"readers caught up after {stage.wait_until_carried(_CARRIED_WITHIN):.1f} s"
    )
    sent = sum(run.requests for rounds in together.values() for run in rounds)
    through = sent / (time.monotonic() - began)
    profile = processor.section(
        before, processor.spent(stage), sent, "a registration, whole system at work"
    )
    of_intake = next(x["ms each"] for x in profile.lines if x["process"] == "intake")
    first = _rate(alone[INTAKE])
    rates = Section(
        f"Single registrations: {CONNECTIONS} connections, rounds of {seconds} s",
        [_line(way, runs, first) for way, runs in (alone | together).items()],
        _NOTE.format(rounds=rounds, through=through),
        _targets(alone, _rate(together[_WHOLE])),
    )
    return (rates, profile, logged.section(sent, of_intake)), through


def _intake_alone(stage: Stage, rounds: int, seconds: int) -> dict[str, list[Answered]]:
    """
    Intake, the bare endpoint, the bare database and the helpdesk, relay and readers
    off.
    """
    stage.start_bare()
    intake = f"{stage.stack.url('intake')}/{PETITIONS}"
    bare = f"http://127.0.0.1:{stage.bare_port}/petitions"
    database = stage.stack.environment()["INTAKE_DATABASE_URL"]
    wrk, token, helpdesk = stage.wrk, stage.token, Helpdesk.start(stage)
    ways: dict[str, Callable[[], Answered]] = {
        INTAKE: lambda: wrk.run(intake, seconds, token=token),
        _BARE: lambda: wrk.run(bare, seconds),
        "pgbench, two INSERTs": lambda: pgbench(database, seconds),
    }
    if helpdesk:
        ways[_HELPDESK] = partial(helpdesk.load, seconds)
    alone = _compare(stage, rounds, ways)
    if helpdesk:
        helpdesk.stop()
    stage.stack.stop("bare")
    stage.forget()
    return alone


def _whole_system(stage: Stage, rounds: int, seconds: int) -> dict[str, list[Answered]]:
    """
    Intake while relay and readers work, without and with a key against repetition.
    """
    wrk, token = stage.wrk, stage.token
    url = f"{stage.stack.url('intake')}/{PETITIONS}"
    return _compare(
        stage,
        rounds,
        {
            _WHOLE: lambda: wrk.run(url, seconds, token=token),
            "the same, with Idempotency-Key": lambda: wrk.run(
                url, seconds, token=token, keyed=True
            ),
        },
    )


def _targets(alone: Mapping[str, list[Answered]], whole: float) -> list[Target]:
    """
    The targets; *whole*: registrations a second with the whole system at work.
    """
    beside_bare = _rate(alone[INTAKE]) / _rate(alone[_BARE])
    targets = [
        Target("registrations, intake beside bare nameko", beside_bare, 0.65, "×"),
        Target("registrations, whole system at work", whole, 250, "per s"),
    ]
    if _HELPDESK in alone:
        beside = whole / _rate(alone[_HELPDESK])
        targets.append(Target("… beside django-helpdesk", beside, 7, "×"))
    return targets


def again(stage: Stage, rounds: int, seconds: int) -> float:
    """
    Return the registrations a second at intake, measured once more with relay and
    readers off.
    """
    url = f"{stage.stack.url('intake')}/{PETITIONS}"
    way = {INTAKE: lambda: stage.wrk.run(url, seconds, token=stage.token)}
    return _rate(_compare(stage, rounds, way)[INTAKE])


def _compare(stage: Stage, rounds: int, ways: Ways) -> dict[str, list[Answered]]:
    results: dict[str, list[Answered]] = {way: [] for way in ways}
    for number in range(1, rounds + 1):
        for way, run in ways.items():
            results[way].append(run())
            stage.say(f"round {number}: {way}: {results[way][-1].rate:,.0f}/s")
    return results


def _rate(runs: list[Answered]) -> float:
    return median(run.rate for run in runs)


def _line(way: str, runs: list[Answered], first: float) -> dict[str, Any]:
    rates = [run.rate for run in runs]
    return {
        "way": way,
        "per s": median(rates),
        "min": min(rates),
        "max": max(rates),
        "p50 ms": median(run.p50 for run in runs),
        "p99 ms": median(run.p99 for run in runs),
        "to intake": median(rates) / first,
        "load's core": median(run.share for run in runs),
    }
