"""
The stage of a run: a system of its own, the day it lives in, and what is sent.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import psycopg

from deploy.bench import province
from deploy.bench.load import BenchError, Wrk
from deploy.local import packages
from deploy.local.ports import Ports, answers
from deploy.local.stack import PROCESSES, ROOT, Stack
from shared.messaging.event_catalogue import readers_of
from shared.settings import SERVICES

DAY = date(2021, 7, 28)  # the three-hundredth of the programme's window
PROGRAMME = "puyang-2020"
CITY, COUNTY, OTHER_COUNTY = "410900", "410922", "410923"
# As who registers in bulk asks: without what a person at the counter decides.
PETITIONS = "petitions?proposals=false"
_POLL = 0.25  # seconds


@dataclass
class Stage:
    """
    A running system and what loads it.
    """

    stack: Stack
    wrk: Wrk
    bare_port: int
    say: Callable[[str], None]
    today: date = DAY

    @classmethod
    @contextlib.contextmanager
    def set_up(cls, say: Callable[[str], None]) -> Iterator[Stage]:
        """
        A system under `var/bench` on free ports; gone afterwards, but for its logs.

        A run floods tables with invented petitions: never on servers of others.
        """
        for name in tuple(os.environ):
            if name == "AMQP_URI" or name.endswith("DATABASE_URL"):
                del os.environ[name]
        packages.ensure({"wrk"}, say)
        parent = ROOT / "var" / "bench"
        with (
            tempfile.TemporaryDirectory() as folder,
            Stack.temporary(
                parent,
                settings={
                    "PROGRAMMES": PROGRAMME,
                    "DEPLOY_DIR": str(province.write(Path(folder) / "deploy")),
                },
            ) as stack,
        ):
            body = stack.var / "registration.json"
            text = registration(COUNTY, DAY - timedelta(days=2))
            body.write_text(text, encoding="utf-8")
            stage = cls(stack, Wrk(Path(body)), Ports.free().intake, say)
            stage.live_in(DAY)
            yield stage

    def live_in(self, day: date) -> None:
        """
        Set the business day of all processes to *day*.
        """
        self.today = day
        self.stack.set_business_day(day)

    def start(self, *names: str) -> None:
        self.stack.start(*names)
        self.stack.wait_ready(*names)

    def start_bare(self) -> None:
        self.stack.start_python(
            "bare", "-m", "deploy.bench.bare", str(self.bare_port), like="intake"
        )
        self.wait_for_port("bare", self.bare_port)

    def wait_for_port(self, name: str, port: int) -> None:
        """
        Wait until the process of that *name* listens. Raises `BenchError`.
        """
        deadline = time.monotonic() + 30
        while not answers(port):
            if time.monotonic() > deadline or not self.stack.running(name):
                raise BenchError(self.stack.log_tail(name))
            time.sleep(_POLL)

    def start_the_rest(self) -> None:
        self.start(*(name for name in PROCESSES if name != "intake"))

    @cached_property
    def token(self) -> str:
        """
        Return a token of the city, which may register for every county and read their
        figures.
        """
        return self.token_of(CITY)

    def token_of(self, office: str) -> str:
        who = ("--office", office, "--role", "reviewer", "--actor", "bench")
        return self.stack.jianjian("token", "issue", *who, "--days", "1").strip()

    def client(self, service: str, token: str = "") -> httpx.Client:
        """
        A client of one service, of the city unless another *token* is given; any
        refusal raises `httpx.HTTPStatusError`.
        """
        return httpx.Client(
            base_url=self.stack.url(service),
            headers={
                "Authorization": f"Bearer {token or self.token}",
                "Content-Type": "application/json",
            },
            event_hooks={"response": [lambda answer: answer.raise_for_status()]},
            timeout=60,
            trust_env=False,
        )

    def database(self) -> psycopg.Connection[Any]:
        """
        The owner's connection; the caller closes it.
        """
        url = self.stack.environment()["DATABASE_URL"]
        return psycopg.connect(url, autocommit=True)

    def forget(self) -> None:
        """
        Begin the next measurement with empty tables in intake.
        """
        with self.database() as database:
            tables = "intake.petitions, intake.outbox, intake.audit"
            database.execute(f"TRUNCATE {tables} CASCADE")
            database.execute("VACUUM ANALYZE intake.petitions")

    def wait_until_carried(self, within: float) -> float:
        """
        Wait until every announced event has left its outbox and taken effect at its
        readers. Returns the seconds that took. Raises `BenchError`.
        """
        began = time.monotonic()
        with self.database() as database:
            while self._is_under_way(database):
                if time.monotonic() > began + within:
                    raise BenchError(f"events still under way after {within:.0f} s")
                time.sleep(_POLL)
        return time.monotonic() - began

    @staticmethod
    def _is_under_way(database: psycopg.Connection[Any]) -> bool:
        """
        Whether an event waits in an outbox, or fewer are in an inbox than were
        announced to its reader.
        """
        for service in SERVICES:
            if database.execute(_WAITING.format(service)).fetchone() == (True,):
                return True
        expected: Counter[str] = Counter()
        for service in SERVICES:
            for kind, count in database.execute(_ANNOUNCED.format(service)):
                expected.update(dict.fromkeys(readers_of(kind), count))
        return any(
            database.execute(_TAKEN.format(reader)).fetchone() != (count,)
            for reader, count in expected.items()
        )


_WAITING = "SELECT EXISTS (SELECT FROM {}.outbox WHERE published_at IS NULL)"
_ANNOUNCED = "SELECT type, count(*) FROM {}.outbox GROUP BY type"
_TAKEN = "SELECT count(*) FROM {}.inbox WHERE type NOT LIKE '%.task.%'"


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
                "id_type": "other",  # an identity card's would need its check digit
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
