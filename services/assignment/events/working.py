"""
The demand of a case, its plan with the steps done, and the report of its progress.
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


@dataclass(frozen=True, kw_only=True)
class DemandFixed(Event):
    """The demand was fixed with the petitioner in so many *points*, not its words."""

    type: ClassVar[str] = "assignment.demand_fixed"

    programme: str
    demand: str
    edition: int
    points: int
    mode: str
    post: str


@dataclass(frozen=True, kw_only=True)
class PointAnswered(Event):
    """A point of the demand was judged under a head of 三到位一处理."""

    type: ClassVar[str] = "assignment.point_answered"

    programme: str
    demand: str
    place: int
    head: str
    post: str


@dataclass(frozen=True, kw_only=True)
class ProgressReportFiled(Event):
    """The report of progress of a case was filed; *document* is its id."""

    type: ClassVar[str] = "assignment.progress_report_filed"

    programme: str
    document: str


EXAMPLES: tuple[Event, ...] = (
    *(
        DemandFixed(**COMMON, demand="d1", edition=1, points=2, mode=mode, post="院长")
        for mode in ("in_person", "phone", "video", "sms", "letter", "online")
    ),
    PointAnswered(
        **COMMON, demand="d1", place=1, head="reasonable_solve", post="检察官"
    ),
    ProgressReportFiled(**COMMON, document="f1"),
    PlanMade(**COMMON, plan="p1", edition=1),
    PlanReturned(**COMMON, plan="p1", edition=1),
    PlanApproved(**COMMON, plan="p1", edition=1, until=date(2020, 12, 30)),
    PlanStepDone(**COMMON, step="p1/1"),
)
