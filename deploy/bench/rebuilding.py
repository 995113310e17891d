"""
The measure ledger made again from the events that reporting stored.
"""

from __future__ import annotations

import json
import time

from deploy.bench.report import Section, Target
from deploy.bench.stage import Stage


def measure(stage: Stage) -> Section:
    """
    All of `jianjian rebuild --from events`, its start too.
    """
    began = time.perf_counter()
    rows = json.loads(stage.stack.jianjian("rebuild", "--from", "events"))
    seconds = time.perf_counter() - began
    rate = rows["facts"] / seconds
    stage.say(f"rebuilt from {rows['facts']:,} events: {rate:,.0f}/s")
    return Section(
        "The measure ledger made again from its events",
        [{**rows, "seconds": seconds, "events per s": rate}],
        "From the start of `jianjian rebuild --from events` to its end.",
        [Target("rebuild of the measure ledger", rate, 5_000, "events per s")],
    )
