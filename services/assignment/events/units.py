"""
The units of a matter across areas, and who leads when they disagree (XQ-32, XQ-33).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class UnitsAgreed(Event):
    """The units of a case, (office, role), one of them the lead (XQ-32)."""

    type: ClassVar[str] = "assignment.units_agreed"

    programme: str
    units: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class CoordinationRequested(Event):
    """The units disagree; the lead unit asks the conference *to* decide (XQ-33)."""

    type: ClassVar[str] = "assignment.coordination_requested"

    programme: str
    request: str
    to: str


@dataclass(frozen=True, kw_only=True)
class CoordinationDecided(Event):
    """The conference decided which unit leads."""

    type: ClassVar[str] = "assignment.coordination_decided"

    programme: str
    request: str
    lead: str


@dataclass(frozen=True, kw_only=True)
class UnitReported(Event):
    """The unit *to_office*, of that *role*, reported what it did in the case."""

    type: ClassVar[str] = "assignment.unit_reported"

    programme: str
    to_office: str
    role: str


EXAMPLES: tuple[Event, ...] = (
    UnitsAgreed(**COMMON, units=(("410922", "lead"), ("410923", "co_handling"))),
    UnitReported(**COMMON, to_office="410923", role="co_handling"),
    CoordinationRequested(**COMMON, request="0192-1", to="410900"),
    CoordinationDecided(**COMMON, request="0192-1", lead="410923"),
)
