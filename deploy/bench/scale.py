"""
A million matters of 3,000 offices: what reading and registering cost then.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx

from deploy.bench import ledgers, registrations
from deploy.bench.load import BenchError, percentile
from deploy.bench.province import PROVINCE, counties
from deploy.bench.report import Section, Target
from deploy.bench.seeding import Seed
from deploy.bench.stage import CITY, DAY, PETITIONS, PROGRAMME, Stage, registration
from deploy.bench.sweep import STEPS_DUE
from deploy.local.stack import PROCESSES
from shared.settings import SERVICES

_SPAN = 300  # days over which the cases of an office were reported
_LETTERS = 10  # in every hundred matters
_WITHIN = 300.0  # seconds
_ASKED = 40  # times
_SCRAPED = 3
_REMEMBERED = 16.0  # seconds: longer than a service remembers its gauges
_NEWER = timedelta(days=1)
# Room to write millions of rows without a checkpoint every few seconds.
_ROOM = {"max_wal_size": "'16GB'", "checkpoint_timeout": "'30min'"}
_SIZE = """
    SELECT sum(pg_total_relation_size(c.oid))
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = ANY(%s)
"""
# What a rebuild makes, and mail: a million notices would all go out on the day.
_NOT_SEEDED = tuple(
    f"reporting.{table}"
    for table in (
        *("totals", "month_totals", "group_totals", "group_month_totals"),
        *("groups", "rolled_up"),
        *("judgements", "judged_days", "notices", "mailings", "notice_mails"),
    )
)


def measure(stage: Stage, offices: int, matters: int, empty: float) -> Section:
    """
    *matters* of each of so many offices; *empty*: registrations a second at intake
    before there was anything.
    """
    stored, size = _seeded(stage, offices, matters)
    stage.start("intake")
    full = registrations.again(stage, 2, 3)
    stage.start(*(name for name in PROCESSES if name != "intake"))
    stage.wait_until_carried(_WITHIN)
    lines = _queries_asked(stage)
    return Section(
        f"{stored:,} matters of {offices:,} offices",
        lines,
        f"Rows of {_SPAN} days, {size / stored / 1024:.1f} kB a matter with indexes, "
        "without what is cleared after the kept window. Registrations at intake: "
        f"{full:,.0f}/s, {full / empty:.0%} of those with nothing stored. As known "
        "then: a day ago. Each scrape is a new one.",
        [
            *_targets({line["way"]: line["p99 ms"] for line in lines}),
            Target(
                "size of a matter",
                *(size / stored / 1024, 12, "kB"),
                at_least=False,
                large=True,
            ),
            Target("registrations beside none stored", full / empty, 0.9, "×"),
        ],
    )


def _seeded(stage: Stage, offices: int, matters: int) -> tuple[int, float]:
    """
    Store *matters* of each of so many offices; return how many there are together with
    those that were there, and how many bytes they take.
    """
    began = time.monotonic()
    model, *others = counties()[:offices]
    _make_model(stage, model, matters)
    stage.stack.stop(*PROCESSES)
    environment = stage.stack.environment()
    with stage.database() as database:
        for name, value in _ROOM.items():
            database.execute(f"ALTER SYSTEM SET {name} = {value}")
        database.execute("SELECT pg_reload_conf()")
    seed = Seed(environment["DATABASE_URL"], SERVICES, model, others, _NOT_SEEDED)
    rows = seed.copy()
    stage.say(f"{rows:,} rows copied")
    stage.stack.jianjian("rebuild", "--from", "entries")
    with stage.database() as database:
        for name in _ROOM:
            database.execute(f"ALTER SYSTEM RESET {name}")
        database.execute("SELECT pg_reload_conf()")
        database.execute("CHECKPOINT")
        size = float(
            _first_column(database.execute(_SIZE, (list(SERVICES),)).fetchone())
        )
        stored = _first_column(
            database.execute("SELECT count(*) FROM intake.cases").fetchone()
        )
        stored += _first_column(
            database.execute("SELECT count(*) FROM intake.petitions").fetchone()
        )
    stage.say(f"{stored:,} matters seeded in {time.monotonic() - began:.0f} s")
    return stored, size


def _targets(p99: Mapping[str, Any]) -> list[Target]:
    """
    The targets of what was asked, by the slowest of a hundred answers in ms.
    """
    scrape = max(p99[f"scrape of {name}"] for name in SERVICES)
    most = (
        ("province's return", p99[_LIVE], 100),
        ("… as known then", p99[_THEN], 300),
        ("worklist page", p99[_WORK], 50),
        ("page of cases", p99[_CASES], 100),
        ("page of entries", p99[_ENTRIES], 100),
        ("scrape", scrape, 1_000),
    )
    return [
        Target(name, measured, limit, "ms", at_least=False)
        for name, measured, limit in most
    ]


_LIVE = "province's return"
_THEN = "province's return, as known then"
_WORK = "worklist page of the province"
_CASES = "page of the cases behind its base"
_ENTRIES = "page of the entries behind a city's"


def _make_model(stage: Stage, office: str, count: int) -> None:
    """
    Have the system itself make the matters of one office, and all that follows.
    """
    letters = count * _LETTERS // 100
    cases = [
        ledgers.row(number, office)
        | {
            "填报单位": f"虚构{office}人民检察院",
            "填报日期": str(DAY - timedelta(days=number * _SPAN // count)),
        }
        for number in range(count - letters)
    ]
    query = {"programme": PROGRAMME, "filename": "model.json"}
    with stage.client("intake", stage.token_of(PROVINCE)) as intake:
        content = json.dumps(cases, ensure_ascii=False).encode()
        job = intake.post("/imports", content=content, params=query).json()
        for number in range(letters):
            day = DAY - timedelta(days=number * _SPAN // letters)
            body = registration(office, day).replace("SERIAL", f"{number:09d}")
            intake.post(f"/{PETITIONS}", content=body.encode())
        ledgers.wait_until_stored(intake, job["id"], len(cases))
    stage.wait_until_carried(_WITHIN)
    deadline = time.monotonic() + _WITHIN
    with stage.database() as database:
        today = stage.today
        while _first_column(database.execute(STEPS_DUE, (today,)).fetchone()):
            if time.monotonic() > deadline:
                raise BenchError("the model's escalation steps are not all reached")
            time.sleep(0.5)
    stage.wait_until_carried(_WITHIN)


def _queries_asked(stage: Stage) -> list[dict[str, Any]]:
    token = stage.token_of(PROVINCE)
    reporting, work = (
        stage.client("reporting", token),
        stage.client("assignment", token),
    )
    figures = {"programme": PROGRAMME, "office": PROVINCE, "as_of": str(DAY)}
    known_at = f"{stage.today - _NEWER}T12:00:00+08:00"

    def ask(http: httpx.Client, path: str, **query: str) -> Callable[[], object]:
        return lambda: http.get(path, params=query)

    lines = [
        _line(_LIVE, ask(reporting, "/figures", **figures)),
        _line(_THEN, ask(reporting, "/figures", **figures, known_at=known_at)),
        _line(_WORK, ask(work, "/duties", state="open")),
        _line(_CASES, ask(reporting, "/cases", **figures, measure="base")),
        _line(
            _ENTRIES,
            ask(reporting, "/entries", **figures | {"office": CITY}, measure="base"),
        ),
    ]
    scrapes: dict[str, list[float]] = {name: [] for name in SERVICES}
    for number in range(_SCRAPED):
        if number:
            time.sleep(_REMEMBERED)
        for name, seconds in scrapes.items():
            seconds.append(_timed(ask(stage.client(name), "/metrics")))
    return lines + [
        _statistics(f"scrape of {name}", seconds) for name, seconds in scrapes.items()
    ]


def _line(way: str, ask: Callable[[], object]) -> dict[str, Any]:
    ask()
    return _statistics(way, [_timed(ask) for _ in range(_ASKED)])


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - began)


def _statistics(way: str, seconds: list[float]) -> dict[str, Any]:
    seconds = sorted(seconds)
    return {
        "way": way,
        "asked": len(seconds),
        "p50 ms": percentile(seconds, 50),
        "p99 ms": percentile(seconds, 99),
    }


def _first_column(row: Any) -> Any:
    return row[0]
