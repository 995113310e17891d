"""
Facts about the plan of a case and the demand that was fixed with the petitioner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assignment.domain.facts.base import Fact


@dataclass(frozen=True, kw_only=True)
class PlanMade(Fact, name="matter.plan_made", title="制定化解方案"):
    """A version of the plan waits for approval."""

    plan: str
    edition: int


@dataclass(frozen=True, kw_only=True)
class PlanReturned(Fact, name="matter.plan_returned", title="退回化解方案"):
    """A leader sent a version of the plan back."""

    plan: str
    edition: int


@dataclass(frozen=True, kw_only=True)
class PlanApproved(Fact, name="matter.plan_approved", title="批准化解方案"):
    """A leader approved the plan; the case is to be settled *until* a day."""

    plan: str
    edition: int
    until: date


@dataclass(frozen=True, kw_only=True)
class PlanStepSet(Fact, name="matter.plan_step_set", title="化解方案的步骤"):
    """*to_office* owes a step of the plan *until* a day."""

    step: str
    to_office: str
    until: date


@dataclass(frozen=True, kw_only=True)
class PlanStepDone(Fact, name="matter.plan_step_done", title="完成方案步骤"):
    """A step of the plan was done."""

    step: str


@dataclass(frozen=True, kw_only=True)
class PlanStepDropped(Fact, name="matter.plan_step_dropped", title="取消方案步骤"):
    """A step of an earlier version of the plan is not owed any more."""

    step: str


@dataclass(frozen=True, kw_only=True)
class DemandFixed(Fact, name="matter.demand_fixed", title="固定信访人诉求"):
    """The *points* of the demand were fixed with the petitioner: how many, and how."""

    demand: str
    edition: int
    points: int
    mode: str
    post: str


@dataclass(frozen=True, kw_only=True)
class PointAnswered(Fact, name="matter.point_answered", title="评判诉求要点"):
    """A point of the demand was judged and handled under a head of 三到位一处理."""

    demand: str
    place: int
    head: str
    post: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ProgressReportFiled(
    Fact, name="matter.progress_report_filed", title="呈报进展情况报告"
):
    """The written report of progress was printed and filed (JZ-20)."""

    document: str
