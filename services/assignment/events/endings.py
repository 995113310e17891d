"""
How a lawful ending is applied for and decided level by level, and how help is handed
over afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class EndingWaits(Event):
    """
    An application for a lawful ending waits for the level of *to_office*; *step* names
    application and level.
    """

    type: ClassVar[str] = "assignment.ending_waits"

    programme: str
    ending: str
    step: str
    to_office: str


@dataclass(frozen=True, kw_only=True)
class EndingDecided(Event):
    """A level decided; *outcome*: passed_on, granted or refused."""

    type: ClassVar[str] = "assignment.ending_decided"

    programme: str
    ending: str
    step: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class HelpHandedOver(Event):
    """
    The help in an ended case was handed over; *to_office* owes the receipt, the own
    office where the unit does not stand in the directory.
    """

    type: ClassVar[str] = "assignment.help_handed_over"

    programme: str
    hand_over: str
    to_office: str


@dataclass(frozen=True, kw_only=True)
class HandOverReceived(Event):
    """The unit confirmed that it took over."""

    type: ClassVar[str] = "assignment.hand_over_received"

    programme: str
    hand_over: str


EXAMPLES: tuple[Event, ...] = (
    EndingWaits(**COMMON, ending="e1", step="e1/chief", to_office="410922"),
    *(
        EndingDecided(**COMMON, ending="e1", step="e1/chief", outcome=outcome)
        for outcome in ("passed_on", "granted", "refused")
    ),
    HelpHandedOver(**COMMON, hand_over="h1", to_office="410922"),
    HandOverReceived(**COMMON, hand_over="h1"),
)
