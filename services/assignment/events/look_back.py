"""
What a case shows of the work of a department, and what is done about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class LookBackFound(Event):
    """A case shows a problem of the work of *to_office* (MX-38)."""

    type: ClassVar[str] = "assignment.look_back_found"

    programme: str
    look_back: str
    link: str
    problem: str
    to_office: str


@dataclass(frozen=True, kw_only=True)
class LookBackCorrected(Event):
    """The department corrected it."""

    type: ClassVar[str] = "assignment.look_back_corrected"

    programme: str
    look_back: str


@dataclass(frozen=True, kw_only=True)
class LookBackJudged(Event):
    """The correction was accepted or returned."""

    type: ClassVar[str] = "assignment.look_back_judged"

    programme: str
    look_back: str
    verdict: str


EXAMPLES: tuple[Event, ...] = (
    LookBackFound(
        **COMMON,
        look_back="l1",
        link="handling",
        problem="reasoning",
        to_office="410922",
    ),
    LookBackCorrected(**COMMON, look_back="l1"),
    *(
        LookBackJudged(**COMMON, look_back="l1", verdict=verdict)
        for verdict in ("accepted", "returned")
    ),
)
