"""
A restore while offices work, and a broker that loses its disk in mid-import, both made
whole again by commands alone: `make drill-recovery`.

Prints how long each command took. At the end every event must be in every inbox that
reads it, the import read to its end, and no number drawn twice.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import httpx
import psycopg

from deploy.bench.ledgers import workbook
from deploy.bench.stage import registration
from deploy.local.plain import a_client
from deploy.local.stack import PROCESSES, ROOT, Stack

DAY = date(2021, 6, 30)
PROGRAMME, CITY, OFFICE = "puyang-2020", "410900", "410922"
ROWS = 3000
_WITHIN = 300.0  # seconds


@dataclass
class Drill:
    """
    A running system, and the city, which may push and register for its counties.
    """

    stack: Stack
    accepted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        who = ("--office", CITY, "--role", "reviewer", "--actor", "drill")
        token = self.stack.jianjian("token", "issue", *who).strip()
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }

    def client(self) -> httpx.Client:
        url = self.stack.url("intake")
        return a_client(base_url=url, headers=self.headers, timeout=30)

    @contextmanager
    def load(self) -> Iterator[None]:
        """
        Registers petitions one after the other until the block ends.
        """
        stopped = threading.Event()

        def register() -> None:
            body = registration(OFFICE, DAY)
            with self.client() as client:
                while not stopped.is_set():
                    serial = f"{len(self.accepted):04d}"
                    content = body.replace("SERIAL", serial)
                    answer = client.post("/petitions", content=content)
                    if answer.is_success:
                        self.accepted.append(answer.json()["number"])

        working = threading.Thread(target=register)
        working.start()
        try:
            yield
        finally:
            stopped.set()
            working.join()

    def push(self, series: str) -> str:
        query = {"programme": PROGRAMME, "filename": "ledger.xlsx"}
        with self.client() as client:
            answer = client.post(
                "/imports", content=workbook(ROWS, series), params=query
            )
            return str(answer.raise_for_status().json()["id"])

    def job(self, number: str) -> dict[str, object]:
        with self.client() as client:
            state: dict[str, object] = client.get(f"/imports/{number}").json()
            return state

    def numbers(self) -> list[str]:
        """
        The numbers of all petitions that are registered now.
        """
        url = self.stack.environment()["DATABASE_URL"]
        with psycopg.connect(url) as database:
            rows = database.execute("SELECT number FROM intake.petitions").fetchall()
        return [number for (number,) in rows]

    def timed(self, *command: str) -> str:
        began = time.monotonic()
        output = self.stack.jianjian(*command).strip()
        seconds = time.monotonic() - began
        print(
            f"{seconds:6.1f} s  jianjian {' '.join(command)}: {output.splitlines()[-1]}"
        )
        return output

    def until(self, condition: str, holds: Callable[[], bool]) -> None:
        began = time.monotonic()
        while not holds():
            if time.monotonic() > began + _WITHIN:
                raise SystemExit(f"not within {_WITHIN:.0f} s: {condition}")
            time.sleep(0.2)
        print(f"{time.monotonic() - began:6.1f} s  {condition}", flush=True)

    def whole(self) -> None:
        """
        Wait until nothing is missing anywhere.
        """

        def clean() -> bool:
            try:
                self.stack.jianjian("reconcile", "--until", "infinity")
            except Exception:  # noqa: BLE001 - not clean yet
                return False
            return True

        self.until("until every event is wherever it is read", clean)


def restore_under_load(drill: Drill) -> None:
    """
    Back up while an office registers and a ledger is read; go on; restore; start.
    """
    print("restore under load", flush=True)
    stack, folder = drill.stack, str(drill.stack.var / "backup")
    with drill.load():
        job = drill.push("一")
        drill.until("until the ledger is being read", lambda: _rows(drill, job) > 0)
        drill.timed("backup", folder)
        time.sleep(1)
    after = set(drill.numbers())
    stack.stop(*PROCESSES)
    drill.timed("restore", folder, "--replace")
    restored = drill.numbers()
    began = time.monotonic()
    stack.start(*PROCESSES)
    stack.wait_ready(*PROCESSES)
    print(f"{time.monotonic() - began:6.1f} s  until all processes are ready")
    drill.until("until the ledger is read", lambda: drill.job(job)["state"] == "done")
    drill.whole()
    lost = after - set(restored)
    with drill.load():
        time.sleep(1)
    fresh = set(drill.numbers()) - set(restored)
    print(f"{len(restored)} petitions restored, {len(lost)} of later moments gone")
    print(f"{len(fresh)} new ones; numbers drawn twice: {len(fresh & lost)}")


def broker_without_disk(drill: Drill) -> None:
    """
    Kill the broker in mid-import, with the reader of the ledger and while a queue is
    full, remove its data, and feed it again.
    """
    print("broker loses its disk in mid-import", flush=True)
    stack = drill.stack
    stack.kill("assignment")
    job = drill.push("二")
    drill.until("until a third of it is read", lambda: _rows(drill, job) >= ROWS / 3)
    stack.kill("intake", "rabbitmq")
    shutil.rmtree(stack.var / "rabbitmq" / "mnesia")
    stack.start("rabbitmq")
    stack.wait_ready("rabbitmq")
    drill.timed("topology")
    stack.start("intake", "assignment")
    stack.wait_ready(*PROCESSES)
    state = drill.job(job)
    print(
        f"the ledger stands at {state['rows_kept']} kept of {state['rows_read']} rows"
    )
    drill.timed("resend", "--until", "infinity")
    drill.until("until the ledger is read", lambda: drill.job(job)["state"] == "done")
    drill.whole()


def _rows(drill: Drill, job: str) -> int:
    return int(str(drill.job(job)["rows_read"]))


def main() -> int:
    settings = {"PROGRAMMES": PROGRAMME}
    with Stack.temporary(ROOT / "var" / "recovery", settings=settings) as stack:
        stack.set_business_day(DAY)
        stack.start(*PROCESSES)
        stack.wait_ready(*PROCESSES)
        drill = Drill(stack)
        restore_under_load(drill)
        broker_without_disk(drill)
    return 0


if __name__ == "__main__":
    sys.exit(main())
