"""
What memory each process holds: at rest, and after more and more rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psutil

from deploy.bench.report import Section, Target
from deploy.bench.stage import Stage
from deploy.local.stack import PROCESSES

_MIB = 2**20


class Memory:
    """
    Resident memory of the system's processes, looked at now and then.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.looks: dict[str, dict[str, float]] = {}
        self.after_rows: list[dict[str, float]] = []

    def look(self, when: str) -> None:
        self.looks[when] = {name: self._of(name) for name in PROCESSES}

    def look_after(self, rows: int) -> None:
        self.look(f"{rows:,} rows")
        self.after_rows.append(self.looks[f"{rows:,} rows"])

    def section(self) -> Section:
        return Section(
            "Memory of the processes",
            [self._line(name) for name in PROCESSES],
            "MiB resident. What was read of a ledger is not held: a batch is.",
            self._targets(),
        )

    def _targets(self) -> Sequence[Target]:
        """
        By how much a process grows from half of the rows to all of them.
        """
        if len(self.after_rows) < 2:
            return ()
        half, end = self.after_rows[len(self.after_rows) // 2 - 1], self.after_rows[-1]
        growth = max(100 * (end[name] / half[name] - 1) for name in PROCESSES)
        what = "memory of a process, from half of the rows to all"
        return (Target(what, growth, 10, "% more", at_least=False, large=True),)

    def _line(self, name: str) -> dict[str, Any]:
        return {
            "process": name,
            **{when: resident[name] for when, resident in self.looks.items()},
        }

    def _of(self, name: str) -> float:
        pid = self.stage.stack.processes.pid(name)
        return psutil.Process(pid).memory_info().rss / _MIB if pid else 0.0
