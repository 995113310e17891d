"""
The story while its processes are killed one after the other: `make drill`.

Each service, the relay, the broker and the database get SIGKILL in mid-story, more than
once, if possible while they have a transaction open, and are started again. Then the
returns must be the expected ones, nothing may be dead-lettered, every event must be in
every inbox that reads it, and the measure ledger rebuilt from its events must give the
same figures.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Mapping
from datetime import date
from typing import Any

import psycopg

from deploy.demo import story
from deploy.demo.client import Client
from deploy.demo.compare import all_differences
from deploy.demo.places import AUDITOR, CITY
from deploy.local.stack import PROCESSES, ROOT, Stack
from shared.settings import SERVICES

FIRST_DAY = date(2020, 11, 1)
VICTIMS = (*PROCESSES, "rabbitmq", "postgres")
EVERY = 45  # actions between two kills
AT_WORK_WITHIN = 2.0
"""
For so many seconds a victim is watched for an open transaction to be killed in.
"""
# What the victim has written and not committed; of broker and database anybody has.
_OPEN = """
    SELECT count(*) FROM pg_stat_activity
    WHERE backend_xid IS NOT NULL AND usename LIKE %s
"""


class Drill:
    """
    Kills the next victim every so many actions, and starts it again.
    """

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.actions = itertools.count(1)
        self.victims = itertools.cycle(VICTIMS)
        self.turn = threading.Lock()
        self.killed: list[str] = []
        self.in_mid_transaction = 0

    def __call__(self, _action: Mapping[str, Any]) -> None:
        if next(self.actions) % EVERY or not self.turn.acquire(blocking=False):
            return
        try:
            self._kill(next(self.victims))
        finally:
            self.turn.release()

    def _kill(self, name: str) -> None:
        open_ones = self._open_transactions(name)
        began = time.monotonic()
        self.stack.kill(name)
        self.stack.start(name)
        self.stack.wait_ready(name)
        self.killed.append(name)
        self.in_mid_transaction += bool(open_ones)
        seconds = time.monotonic() - began
        print(
            f"killed {name:<11} with {open_ones} transactions open,"
            f" ready again in {seconds:.1f} s",
            flush=True,
        )

    def _open_transactions(self, name: str) -> int:
        """
        How many transactions that wrote something are open, as soon as there is one.
        """
        whose = f"%_{name}" if name in SERVICES else "%"
        until = time.monotonic() + AT_WORK_WITHIN
        owner = self.stack.environment()["DATABASE_URL"]
        with psycopg.connect(owner, autocommit=True) as session:
            while time.monotonic() < until:
                row = session.execute(_OPEN, [whose]).fetchone()
                if row and row[0]:
                    return int(row[0])
        return 0


def main() -> int:
    with Stack.temporary(ROOT / "var" / "drill") as stack:
        stack.set_business_day(FIRST_DAY)
        stack.start(*PROCESSES)
        stack.wait_ready(*PROCESSES)
        drill = Drill(stack)
        client = story.client_of(stack.environment())
        began = time.monotonic()
        outcome = story.run_story(client, stack.clock, on_action=drill)
        wrong = all_differences(outcome.returns, outcome.provincial_returns)
        print(
            f"story run in {time.monotonic() - began:.0f} s, {len(drill.killed)} kills,"
            f" {drill.in_mid_transaction} of them in mid-transaction"
        )
        print("returns: " + ("as expected" if not wrong else "NOT as expected"))
        print(*wrong, sep="\n")
        dead = stack.jianjian("dead-letters", "list").strip()
        print("dead letters: " + (dead or "none"))
        print(stack.jianjian("reconcile").strip())
        again = _rebuilt(stack, client)
        print("rebuilt from events: " + ("the same" if again else "NOT the same"))
    return 0 if again and drill.in_mid_transaction and not wrong and not dead else 1


def _rebuilt(stack: Stack, client: Client) -> bool:
    """
    Whether the last city return is the same after a rebuild from the events.
    """
    before = _last_return(client)
    stack.jianjian("rebuild", "--from", "events")
    return before == _last_return(client)


def _last_return(client: Client) -> list[dict[str, Any]]:
    plan = story.load()
    figures = client.get(
        "reporting",
        "/figures",
        AUDITOR,
        programme=plan["programme"],
        office=CITY,
        as_of=str(plan["days"][-1]["day"]),
    )
    return [*figures["rows"], figures["total"]]


if __name__ == "__main__":
    sys.exit(main())
