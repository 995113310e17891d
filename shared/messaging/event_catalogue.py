"""
All events of all services, and who reads them: for checks that look at the whole.

Commands, the relay process and tests use it; no service does.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

from shared.events import Event
from shared.settings import SERVICES

FOR_OUTSIDE_READERS: Mapping[str, str] = {
    "assignment.duty_overdue": "the day after a due day: an office's own reminders",
    "hearing.hearing_adjourned": "a notice board of hearings, with hearing_scheduled",
    "reporting.return_signed": "the system of the office above: a return can be read",
    "reporting.return_delivered": "the same: every recipient's mail server took it",
}
"""
Events that no service reads and no matter records as a fact: what a system outside
does with each (decision 0063).
"""


def events_of(service: str) -> tuple[Event, ...]:
    """
    One example of each event *service* announces.
    """
    module = importlib.import_module(f"services.{service}.events")
    return tuple(module.EXAMPLES)


def published() -> dict[str, tuple[str, ...]]:
    """
    Every event type that some service announces, with the names of its facts.
    """
    examples = (e for service in SERVICES for e in events_of(service))
    return {example.type: tuple(example.payload()) for example in examples}


def readers_of(event_type: str) -> tuple[str, ...]:
    """
    The services that read *event_type*.
    """
    return tuple(s for s in SERVICES if event_type in reads_of(s))


def takers_of(kind: str) -> tuple[str, ...]:
    """
    The services in whose inbox an event or a task is found when its work is done.
    """
    source, _, rest = kind.partition(".")
    return (source,) if rest.startswith("task.") else readers_of(kind)


def reads_of(service: str) -> Mapping[str, Any]:
    module = importlib.import_module(f"services.{service}.schemas")
    reads: Mapping[str, Any] = module.READS
    return reads
