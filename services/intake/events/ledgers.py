"""
The task to read a ledger that was pushed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.intake.events.common import COMMON
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class ImportRequested(Event):
    """
    A ledger was pushed and waits to be read: a task for intake itself.
    """

    type: ClassVar[str] = "intake.task.import_ledger"


EXAMPLES: tuple[Event, ...] = (ImportRequested(**COMMON),)
