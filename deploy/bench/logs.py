"""
What the lines that intake logs cost: their share of a registration's processor time.
"""

from __future__ import annotations

import os
import time
from typing import Any

from uuid_utils import uuid7

from deploy.bench.report import Section, Target
from deploy.bench.stage import Stage
from shared import telemetry

_LINES = 5_000
_MOST = 5  # percent


class Logged:
    """
    Counts lines of the log: created before some registrations are sent, read after
    them.
    """

    def __init__(self, stage: Stage) -> None:
        self._log = stage.stack.processes.log("intake")
        self._before = self._log.stat().st_size

    def section(self, registrations: int, milliseconds: float) -> Section:
        """
        *milliseconds*: the processor time of intake for each of the *registrations*.
        """
        with self._log.open("rb") as log:
            log.seek(self._before)
            lines = sum(1 for _ in log)
        each = _cost()
        share = lines * each / (registrations * milliseconds)
        line: dict[str, Any] = {
            "lines a registration": lines / registrations,
            "ms a line": each,
            "share": f"{share:.1%}",
        }
        return Section(
            "What intake logs of registrations",
            [line],
            "A line is made and written by the same function in this process, to a "
            "file that keeps nothing.",
            [
                Target(
                    "logs, of a registration", 100 * share, _MOST, "%", at_least=False
                )
            ],
        )


def _cost() -> float:
    """
    Milliseconds of the processor for a line such as a request leaves.
    """
    errors = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        telemetry.configure_logging("intake")
        began = time.process_time()
        for _ in range(_LINES):
            _line()
        return 1000 * (time.process_time() - began) / _LINES
    finally:
        os.dup2(errors, 2)
        os.close(errors)
        os.close(nothing)


def _line() -> None:
    trace = telemetry.TraceContext("bench", str(uuid7()), str(uuid7()), "0" * 55)
    with telemetry.work(
        "request_handled",
        trace=trace,
        endpoint="register_petition",
        office="410922",
        role="clerk",
        token="0" * 32,
    ):
        telemetry.add_log_fields(status=201)
