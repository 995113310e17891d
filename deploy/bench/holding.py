"""
How long one caller can keep a service from everybody else: the longest wait for
`/healthz` while the largest requests that a service takes are being answered.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from deploy.bench.ledgers import row
from deploy.bench.report import Section
from deploy.bench.stage import CITY, DAY, PROGRAMME, Stage

_MIB = 1024 * 1024
_PAUSE = 0.002  # seconds between two looks
_REJECTED = 2_000  # rows of the ledger that comes back
Ask = Callable[[httpx.Client], httpx.Response]


def measure(stage: Stage) -> Section:
    """
    Send each request three times and keep the slowest of the three.
    """
    lines = []
    for name, service, ask in _largest(stage):
        runs = [_longest_wait(stage, service, ask) for _ in range(3)]
        answer, seconds, wait = max(runs, key=lambda run: run[2])
        lines.append(
            {
                "request": name,
                "status": answer.status_code,
                "KB out": len(answer.content) // 1024,
                "answered ms": seconds * 1000,
                "others wait ms": wait * 1000,
            }
        )
    stage.say("the largest requests measured")
    return Section(
        "How long the largest requests hold up a service",
        lines,
        "The longest wait of another caller's GET /healthz while the request was being "
        "answered, worst of three.",
    )


def _largest(stage: Stage) -> Iterator[tuple[str, str, Ask]]:
    query = {"programme": PROGRAMME, "filename": "ledger.xlsx", "dry_run": "true"}
    yield (
        "POST /imports, 19 MB",
        "intake",
        lambda http: http.post("/imports", content=os.urandom(19 * _MIB), params=query),
    )
    number = _with_rejected_rows(stage, query)
    yield (
        f"GET /imports/…/rejected, {_REJECTED:,} rows",
        "intake",
        lambda http: http.get(
            f"/imports/{number}/rejected", params={"purpose": "测量"}
        ),
    )
    batch = {
        "programme": PROGRAMME,
        "letter_no": "1",
        "source": "省院",
        "handed_on": str(DAY),
    }
    for name, numbers in {
        "2,000 numbers": [f"{'长' * 70}{n:04d}" for n in range(2_000)],
        "2,000 faults": ["/"] * 2_000,
        "250,000 items": [1] * 250_000,
        "2,900 objects": [{}] * 2_900,
    }.items():
        body = json.dumps({**batch, "case_numbers": numbers}, ensure_ascii=False)
        yield f"POST /batches, {name}", "assignment", _posting("/batches", body)
    yield (
        "GET /deadlines, ten years",
        "assignment",
        lambda http: http.get(
            "/deadlines", params={"from": "2015-01-01", "rule": "2500W"}
        ),
    )
    figures = {"programme": PROGRAMME, "office": CITY, "as_of": str(DAY)}
    yield (
        "GET /figures",
        "reporting",
        lambda http: http.get("/figures", params=figures),
    )


def _posting(path: str, body: str) -> Ask:
    return lambda http: http.post(path, content=body.encode())


def _with_rejected_rows(stage: Stage, query: dict[str, str]) -> str:
    """
    The number of an import of which every row came back.
    """
    faulty = [row(number, "退") | {"案件类别": "不知道"} for number in range(_REJECTED)]
    content = json.dumps(faulty, ensure_ascii=False).encode()
    with stage.client("intake") as http:
        job = http.post("/imports", content=content, params=query).json()
        while job["state"] not in {"done", "failed"}:
            time.sleep(0.1)
            job = http.get(f"/imports/{job['id']}").json()
    return str(job["id"])


def _longest_wait(
    stage: Stage, service: str, ask: Ask
) -> tuple[httpx.Response, float, float]:
    """
    Return the answer, how long it took, and how long another caller waited at most
    during that time.
    """
    waits: list[float] = []
    looks, ended = threading.Event(), threading.Event()

    def look() -> None:
        with stage.client(service) as http:
            http.get("/healthz")
            looks.set()
            while not (waits and ended.is_set()):
                began = time.perf_counter()
                http.get("/healthz")
                waits.append(time.perf_counter() - began)
                time.sleep(_PAUSE)

    looking = threading.Thread(target=look)
    headers: dict[str, Any] = {**stage.client(service).headers}
    with httpx.Client(
        base_url=stage.stack.url(service), headers=headers, timeout=60, trust_env=False
    ) as http:
        http.get("/healthz")
        looking.start()
        looks.wait()
        began = time.perf_counter()
        try:
            answer = ask(http)
        finally:
            seconds = time.perf_counter() - began
            ended.set()
            looking.join()
    return answer, seconds, max(waits)
