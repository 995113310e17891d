"""
The plan of a case: made, decided, and its steps done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class PlanMade(Event):
    """A version of the plan of a case waits for approval."""

    type: ClassVar[str] = "assignment.plan_made"

    programme: str
    plan: str
    edition: int


@dataclass(frozen=True, kw_only=True)
class PlanReturned(Event):
    """A leader sent a version of the plan back."""

    type: ClassVar[str] = "assignment.plan_returned"

    programme: str
    plan: str
    edition: int


@dataclass(frozen=True, kw_only=True)
class PlanApproved(Event):
    """A leader approved the plan; the case is to be settled *until* a day."""

    type: ClassVar[str] = "assignment.plan_approved"

    programme: str
    plan: str
    edition: int
    until: date


@dataclass(frozen=True, kw_only=True)
class PlanStepDone(Event):
    """A step of the plan was done."""

    type: ClassVar[str] = "assignment.plan_step_done"

    programme: str
    step: str


EXAMPLES: tuple[Event, ...] = (
    PlanMade(**COMMON, plan="p1", edition=1),
    PlanReturned(**COMMON, plan="p1", edition=1),
    PlanApproved(**COMMON, plan="p1", edition=1, until=date(2020, 12, 30)),
    PlanStepDone(**COMMON, step="p1/1"),
)
