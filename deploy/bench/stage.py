"""
The stage of a run: a system of its own, the day it lives in, and what is sent.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from deploy.bench.load import BenchError, Generator, Load
from deploy.local.ports import Ports, answers
from deploy.local.stack import PROCESSES, ROOT, Stack

DAY = date(2021, 6, 30)  # within the programme's window
PROGRAMME = "puyang-2020"
CITY, COUNTY, OTHER_COUNTY = "410900", "410922", "410923"
_POLL = 0.1  # seconds


@dataclass
class Stage:
    """
    A running system and the one process that loads it.
    """

    stack: Stack
    generator: Generator
    bare_port: int

    @classmethod
    @contextlib.contextmanager
    def set_up(cls) -> Iterator[Stage]:
        """
        A system under `var/bench` on free ports; gone afterwards, but for its logs.
        """
        _never_on_servers_in_use()
        with contextlib.ExitStack() as after:
            generator = Generator()
            after.callback(generator.close)
            ours = {"PROGRAMMES": "puyang-2020"}
            stack = after.enter_context(
                Stack.temporary(ROOT / "var" / "bench", settings=ours)
            )
            stack.set_business_day(DAY)
            yield cls(stack, generator, Ports.free().intake)

    def start(self, *names: str) -> None:
        self.stack.start(*names)
        self.stack.wait_ready(*names)

    def start_bare(self) -> None:
        environment = self.stack.environment("intake") | {"PATH": os.environ["PATH"]}
        self.stack.processes.start(
            "bare",
            [sys.executable, "-m", "deploy.bench.bare", str(self.bare_port)],
            environment,
            cwd=ROOT,
        )
        deadline = time.monotonic() + 30
        while not answers(self.bare_port):
            if time.monotonic() > deadline or not self.stack.running("bare"):
                raise BenchError(self.stack.log_tail("bare"))
            time.sleep(_POLL)

    def start_the_rest(self) -> None:
        self.start(*(name for name in PROCESSES if name != "intake"))

    @cached_property
    def token(self) -> str:
        """
        The city's: it may register for every county, and read their figures.
        """
        asked = ("--office", CITY, "--role", "reviewer", "--actor", "bench")
        return self.stack.jianjian("token", "issue", *asked, "--days", "1").strip()

    def registrations(self, **more: Any) -> Load:
        """
        Letters to a county, received two days ago, each of another person.
        """
        return Load(
            port=self.stack.ports.intake,
            body=registration(COUNTY, DAY - timedelta(days=2)),
            token=self.token,
            **more,
        )

    def database(self) -> psycopg.Connection[Any]:
        """
        The owner's connection; the caller closes it.
        """
        url = self.stack.environment()["DATABASE_URL"]
        return psycopg.connect(url, autocommit=True)

    def client(self, service: str) -> Client:
        return Client(self.stack.ports.named()[service], self.token)

    def forget(self) -> None:
        """
        Begin the next measurement with empty tables in intake.
        """
        with self.database() as database:
            database.execute(
                "TRUNCATE intake.petitions, intake.outbox, intake.audit CASCADE"
            )
            database.execute("VACUUM ANALYZE intake.petitions")

    def wait_until_carried(self, within: float) -> float:
        """
        Wait until every event announced so far has left its outbox and has had its
        effect where it is read; the seconds that took. Raises `BenchError`.
        """
        began = time.monotonic()
        with self.database() as database:
            while not self._is_quiet(database):
                if time.monotonic() > began + within:
                    raise BenchError(
                        f"events were still under way after {within:.0f} s"
                    )
                time.sleep(_POLL)
        return time.monotonic() - began

    @staticmethod
    def _is_quiet(database: psycopg.Connection[Any]) -> bool:
        row = database.execute(_UNDER_WAY).fetchone()
        return row is not None and not row[0]


# Outboxes are emptied in order, so the counts meet only when all has arrived.
_UNDER_WAY = """
    SELECT EXISTS (SELECT FROM intake.outbox WHERE published_at IS NULL)
        OR EXISTS (SELECT FROM assignment.outbox WHERE published_at IS NULL)
        OR EXISTS (SELECT FROM intake.outbox AS sent
                   WHERE sent.type NOT LIKE 'intake.task.%'
                     AND NOT EXISTS (SELECT FROM assignment.inbox AS got
                                     WHERE got.event_id = sent.id))
        OR EXISTS (SELECT FROM assignment.outbox AS sent
                   WHERE sent.type IN ('assignment.duty_opened',
                                       'assignment.leader_named')
                     AND NOT EXISTS (SELECT FROM reporting.inbox AS got
                                     WHERE got.event_id = sent.id))
"""


class Client:
    """
    One kept-alive connection to a service, for one request after the other.
    """

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **asked: str) -> Any:
        return self._ask("GET", path, b"", asked)

    def post(self, path: str, content: bytes | str, **asked: str) -> Any:
        body = content.encode() if isinstance(content, str) else content
        return self._ask("POST", path, body, asked)

    def _ask(
        self, method: str, path: str, body: bytes, asked: Mapping[str, str]
    ) -> Any:
        address = f"{path}?{urlencode(asked)}" if asked else path
        kind = {"Content-Type": "application/json"}
        self._connection.request(method, address, body, self._headers | kind)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            said = content.decode(errors="replace")[:300]
            raise BenchError(f"{method} {path}: {answer.status} {said}")
        return json.loads(content)


def registration(office: str, received_on: date) -> str:
    """
    The body of a registration; `SERIAL` in it makes person and case its own.
    """
    return json.dumps(
        {
            "office": office,
            "programme": PROGRAMME,
            "channel": "letter",
            "received_on": received_on.isoformat(),
            "petitioner": {
                "name": "虚构人SERIAL",
                "id_type": "resident_id",
                "id_no": "999999199SERIAL",
                "phone": "0393-0000000",
                "address": "虚构市示例区样板路1号",
            },
            "category": "claim",
            "case_kind": "criminal_appeal_court",
            "demand": "不服生效刑事裁判，认为主要证据不足，请求依法审查并提出抗诉。",
            "original_case_no": "（2018）豫0922刑初SERIAL号",
        },
        ensure_ascii=False,
    )


def _never_on_servers_in_use() -> None:
    """
    A run floods tables with invented petitions: always on servers of its own.
    """
    for name in tuple(os.environ):
        if name == "AMQP_URI" or name.endswith("DATABASE_URL"):
            del os.environ[name]


def results_file() -> Path:
    return ROOT / "var" / "bench.json"
