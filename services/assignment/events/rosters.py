"""
The days on which leaders receive people, and how often they did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class LeaderRostered(Event):
    """A post is to receive people on *day*; *case_number* is programme/office."""

    type: ClassVar[str] = "assignment.leader_rostered"

    programme: str
    roster: str
    day: date
    post: str


@dataclass(frozen=True, kw_only=True)
class ReceptionLogged(Event):
    """
    A leader received *receptions* times, *entered* of them entered in the register;
    *case_number* is programme/office.
    """

    type: ClassVar[str] = "assignment.reception_logged"

    programme: str
    roster: str
    post: str
    receptions: int
    entered: int


@dataclass(frozen=True, kw_only=True)
class ReceptionCorrected(Event):
    """
    The log of a leader's receptions said something else before, on the day of them;
    *case_number* is programme/office.
    """

    type: ClassVar[str] = "assignment.reception_corrected"

    programme: str
    roster: str
    post: str
    receptions: int
    entered: int
    receptions_before: int
    entered_before: int


EXAMPLES: tuple[Event, ...] = (
    LeaderRostered(
        **COMMON, roster="reception", day=date(2020, 12, 9), post="副检察长"
    ),
    ReceptionLogged(
        **COMMON, roster="reception", post="副检察长", receptions=4, entered=3
    ),
    ReceptionCorrected(
        **COMMON,
        roster="reception",
        post="副检察长",
        receptions=5,
        entered=3,
        receptions_before=4,
        entered_before=3,
    ),
)
