"""
Processor time: how much of it each process takes for the same work.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import psutil

from deploy.bench.report import Section
from deploy.bench.stage import Stage
from deploy.local.servers import SERVERS
from deploy.local.stack import PROCESSES


def spent(stage: Stage) -> dict[str, float]:
    """
    Seconds that each process, with all that it started, has taken since its start.
    """
    return {name: seconds_of(stage.stack.processes.pid(name)) for name in _names()}


def section(
    before: Mapping[str, float], after: Mapping[str, float], count: int, work: str
) -> Section:
    """
    Return the processor time between two results of `spent`, divided by *count* pieces
    of work.
    """
    spent_by = {name: after[name] - before[name] for name in after}
    whole = sum(spent_by.values())
    lines = [
        {"process": name, "ms each": 1000 * seconds / count, "share": seconds / whole}
        for name, seconds in sorted(spent_by.items(), key=lambda item: -item[1])
    ]
    total = {"process": "all", "ms each": 1000 * whole / count, "share": 1.0}
    cores = psutil.cpu_count() or 1
    return Section(
        f"Processor time of {work}",
        [*lines, total],
        f"On {cores} cores no more than {cores * count / whole:,.0f} of them can be "
        "done in a second: this sum is what keeps the rates above where they are.",
    )


def _names() -> tuple[str, ...]:
    return *PROCESSES, *SERVERS


def seconds_of(pid: int | None) -> float:
    """
    Seconds that a process, with all that it started, has taken since its start.
    """
    if pid is None:
        return 0.0
    root = psutil.Process(pid)
    ended = root.cpu_times()
    seconds = ended.children_user + ended.children_system
    for process in (root, *root.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            seconds += times.user + times.system
    return seconds
