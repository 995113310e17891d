"""
Who performs a story: posts what an office does, and waits until it has had its effect.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from deploy.demo.client import Client
from deploy.demo.places import AUDITOR, CITY
from shared.settings import SERVICES

HERE = Path(__file__).parent
QUIET_WITHIN = 120.0  # seconds
_LOOK_EVERY = 0.15
Action = Mapping[str, Any]


@dataclass
class Outcome:
    """
    What the system answered: the figures of each signed return by its day, the returns
    themselves, and the ids of what the story refers to.
    """

    returns: dict[str, dict[str, Any]] = field(default_factory=dict)
    provincial_returns: dict[str, dict[str, Any]] = field(default_factory=dict)
    signed: list[dict[str, Any]] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    imports: dict[str, dict[str, Any]] = field(default_factory=dict)


class Runner:
    """
    A client of the system for one programme, and what it has answered so far.
    """

    def __init__(self, client: Client, programme: str) -> None:
        self.client = client
        self.programme = programme
        self.outcome = Outcome()
        self.closings: dict[str, tuple[str, str, bool]] = {}

    def post(
        self,
        service: str,
        where: str,
        action: Mapping[str, Any],
        on: str,
        body: Mapping[str, Any] | bytes,
        **parameters: str,
    ) -> dict[str, Any]:
        names = ("ref", "case", "petition", "batch", "file", "office", "aid", "hearing")
        about = ":".join(str(action[name]) for name in names if name in action)
        key = f"{on}:{action['do']}:{action['by']}:{about}"
        return self.client.post(service, where, action["by"], key, body, **parameters)

    def figures(self, office: str, on: str) -> dict[str, Any]:
        return self.client.get(
            "reporting",
            "/figures",
            AUDITOR,
            programme=self.programme,
            office=office,
            as_of=on,
        )

    def wait_until_quiet(self, on: date) -> None:
        """
        Wait until nothing is on its way: outboxes and queues empty, figures still.

        Three looks in a row must see the same, with nothing waiting.
        """
        readings: list[tuple[float, float, str]] = []

        def look() -> bool:
            figures = self.figures(CITY, on.isoformat())
            figures.pop("known_at", None)
            readings.append((self._waiting(), self._handled(), json.dumps(figures)))
            last = readings[-3:]
            return len(last) == 3 and last[0][0] == 0 and len(set(last)) == 1

        self.until(look, bool, "各服务处理完毕")

    def _waiting(self) -> float:
        """
        Return how many events are not yet published or still in a queue; infinity if
        that is unknown.

        Raises `RuntimeError` if an event was given up as dead letters.
        """
        samples = self.client.samples("relay")
        gauges = {s.name for s in samples if s.value == 1}
        if not {"jianjian_broker_scrape_ok", "jianjian_backlog_scrape_ok"} <= gauges:
            return math.inf
        queued = [s for s in samples if s.name == "jianjian_queue_messages"]
        dead_letters = [
            s.labels["service"]
            for s in queued
            if s.labels["queue"] == "dead" and s.value
        ]
        if dead_letters:
            raise RuntimeError(f"有事件被搁置：{'、'.join(dead_letters)}")
        unsent = [s for s in samples if s.name == "jianjian_outbox_pending"]
        if len(unsent) < len(SERVICES):
            return math.inf
        return sum(sample.value for sample in (*queued, *unsent))

    def _handled(self) -> float:
        return sum(
            sample.value
            for service in SERVICES
            for sample in self.client.samples(service)
            if sample.name == "jianjian_event_handler_seconds_count"
        )

    def until(
        self, look: Callable[[], Any], enough: Callable[[Any], bool], condition: str
    ) -> Any:
        """
        Repeat until the result is enough. Raises `TimeoutError`.
        """
        deadline = time.monotonic() + QUIET_WITHIN
        while not enough(state := look()):
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"{condition}：等候超过 {QUIET_WITHIN:.0f} 秒；{state}"
                )
            time.sleep(_LOOK_EVERY)
        return state


Act = Callable[[Runner, Action, str], None]
"""
Performs an action of the story on a day.
"""
