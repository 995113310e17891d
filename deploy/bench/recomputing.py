"""
What is computed again: the measure ledger from the events that reporting stored, and
the duties of all that is owed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from deploy.bench.report import Section, Target
from deploy.bench.stage import Stage


def measure(stage: Stage) -> Iterator[Section]:
    """
    Measure `jianjian rebuild --from events` and `jianjian recalculate`, including their
    start.
    """
    began = time.perf_counter()
    rows = json.loads(stage.stack.jianjian("rebuild", "--from", "events"))
    seconds = time.perf_counter() - began
    rate = rows["facts"] / seconds
    stage.say(f"rebuilt from {rows['facts']:,} events: {rate:,.0f}/s")
    target = Target(
        "rebuild of the measure ledger", rate, 5_000, "events per s", large=True
    )
    yield Section(
        "The measure ledger made again from its events",
        [{**rows, "seconds": seconds, "events per s": rate}],
        "From the start of `jianjian rebuild --from events` to its end.",
        [target],
    )
    began = time.perf_counter()
    output = stage.stack.jianjian("recalculate", "--closed")
    seconds = time.perf_counter() - began
    matters = int(output.split()[-2])  # after lines of the log
    stage.say(f"recalculated {matters:,} matters: {matters / seconds:,.0f}/s")
    yield Section(
        "Duties computed again",
        [{"matters": matters, "seconds": seconds, "per s": matters / seconds}],
        "From the start of `jianjian recalculate --closed` to its end, by one process; "
        "several share the work.",
    )
