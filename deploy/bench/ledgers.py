"""
A big ledger: pushed as an office pushes it, and the same rows by `COPY`.
"""

from __future__ import annotations

import io
import time
from datetime import date, timedelta
from functools import cache
from statistics import median

import httpx
import xlsxwriter

from deploy.bench import processor
from deploy.bench.load import BenchError
from deploy.bench.report import Section, Target
from deploy.bench.stage import CITY, DAY, PROGRAMME, Stage
from deploy.demo.expected.ledgers import in_scope, rows
from deploy.demo.invented import id_number
from deploy.local.stack import ROOT

_COPIES = 3
_WITHIN = 600.0  # seconds


@cache
def _example() -> dict[str, str]:
    """
    A row of the demonstration that is in the programme's scope, by the form's titles.
    """
    ledger = ROOT / "deploy" / "demo" / "ledgers" / "410902.xlsx"
    example = next(row for row in rows(ledger) if in_scope(row))
    return {title: str(cell or "") for title, cell in example.items()}


def row(number: int, series: str) -> dict[str, str]:
    """
    A case like the example, of another person and with another number.
    """
    born = date(1950, 1, 1) + timedelta(days=number // 1000)
    return _example() | {
        "案件编号": f"测试{series}〔2020〕{number:07d}号",
        "信访人姓名": f"虚构人{number}",
        "证件号码": id_number(born, number % 1000),
        "原案号/原处理文书": f"（2017）豫0902刑初{number}号",
    }


def workbook(count: int, series: str = "账") -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("排查案件登记表")
        sheet.write_row(0, 0, _example())
        for number in range(1, count + 1):
            sheet.write_row(number, 0, row(number, series).values())
    return target.getvalue()


def measure(stage: Stage, count: int) -> tuple[Section, Section]:
    """
    Push a ledger through the public endpoint while the whole system works: its speed,
    and the processor time it takes.

    Raises `BenchError` if a row is not kept.
    """
    content = workbook(count)
    size = len(content) / 2**20
    stage.say(f"a ledger of {count:,} rows, {size:.1f} MiB")
    intake, reporting = stage.client("intake"), stage.client("reporting")
    before = processor.spent(stage)
    began = time.perf_counter()
    query = {"programme": PROGRAMME, "filename": "ledger.xlsx"}
    job = intake.post("/imports", content=content, params=query).json()
    answered = time.perf_counter() - began
    wait_until_stored(intake, job["id"], count)
    seconds = time.perf_counter() - began
    stage.say(f"kept: {count / seconds:,.0f} rows/s")
    while _base(reporting) < count:
        if time.perf_counter() - began > _WITHIN:
            raise BenchError("the figures do not show the whole ledger")
        time.sleep(0.2)
    shown = time.perf_counter() - began
    stage.wait_until_carried(_WITHIN)
    seconds_of_all = time.perf_counter() - began
    after = processor.spent(stage)
    copied = median(_copy(stage, count))
    ways = {
        "POST /imports until all rows are kept": seconds,
        "  … until the return shows them all": shown,
        "  … until every reader is done": seconds_of_all,
        "COPY of the same rows, same indexes": copied,
    }
    rates = Section(
        f"A ledger of {count:,} rows (xlsx, {size:.1f} MiB)",
        [
            {"way": name, "rows per s": count / seconds, "seconds": seconds}
            for name, seconds in ways.items()
        ],
        f"The POST itself was answered in {answered * 1000:,.0f} ms. Each row is read "
        "from the workbook, checked cell by cell, held against the scope, encrypted, "
        f"announced: {copied / seconds:.1%} of COPY.",
        [
            _target("ledger rows kept", count / seconds, 2_500),
            _target("… until the return shows them all", count / shown, 700),
            _target("… until every reader is done", count / seconds_of_all, 400),
        ],
    )
    return rates, processor.section(before, after, count, "a row of that ledger")


def _target(name: str, rate: float, goal: float) -> Target:
    return Target(name, rate, goal, "per s", large=True)


def wait_until_stored(intake: httpx.Client, job: str, count: int) -> None:
    """
    Raises `BenchError` if a row is not kept.
    """
    deadline = time.monotonic() + _WITHIN
    while (state := intake.get(f"/imports/{job}").json())["state"] not in {
        "done",
        "failed",
    }:
        if time.monotonic() > deadline:
            raise BenchError("the ledger is still being read")
        time.sleep(0.05)
    if state["rows_kept"] != count:
        raise BenchError(f"not all rows were kept: {state['problems'][:3]}")


def _base(reporting: httpx.Client) -> int:
    query = {"programme": PROGRAMME, "office": CITY, "as_of": str(DAY)}
    return int(reporting.get("/figures", params=query).json()["total"]["base"])


def _copy(stage: Stage, count: int) -> list[float]:
    """
    COPY the rows that intake stored into a table with the same columns and indexes.
    """
    seconds = []
    with stage.database() as database, database.cursor() as cursor:
        cursor.execute("CREATE TABLE intake.copied (LIKE intake.cases INCLUDING ALL)")
        with cursor.copy("COPY intake.cases TO STDOUT") as source:
            content = b"".join(bytes(part) for part in source)
        for _ in range(_COPIES):
            cursor.execute("TRUNCATE intake.copied")
            began = time.perf_counter()
            with cursor.copy("COPY intake.copied FROM STDIN") as copying:
                copying.write(content)
            seconds.append(time.perf_counter() - began)
            if cursor.rowcount != count:
                raise BenchError(f"COPY wrote {cursor.rowcount} of {count} rows")
        cursor.execute("DROP TABLE intake.copied")
    return seconds
