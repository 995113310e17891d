"""
What the report of the progress of a case may name (JZ-20): the demand, the plan, what
was done and what comes next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.leaders import ActRecorded
from services.assignment.domain.facts.working import ProgressReportFiled
from services.assignment.domain.working.demands import Demand
from services.assignment.domain.working.plans import Plan, PlanStep
from shared.policy.directory import Directory
from shared.policy.programme import Programme
from shared.vocabulary import Disposition, ReplyMode

_STEP = {
    "task": "查控财产",
    "who": "某某县人民检察院控告申诉检察部",
    "until": date.min,
    "done_on": None,
    "evidence": None,
}
NAMES: Mapping[str, Any] = {
    "hub": "某某市人民检察院第九检察部",
    "fixed_on": None,
    "mode": None,
    "points": ({"text": "请求……", "head": None, "answer": None},),
    "aim": None,
    "until": None,
    "approved_on": None,
    "steps": (_STEP,),
    "next_steps": (_STEP,),
    "measures": ({"on": date.min, "title": "释法说理", "result": None},),
}


def values(
    demand: Demand | None,
    plan: Plan | None,
    facts: Iterable[Fact],
    programme: Programme,
    directory: Directory,
) -> dict[str, Any]:
    """
    *demand*: its newest version; *plan*: the one in force. What is not there is None.
    """
    hub = directory.office(programme.hub).name
    steps = [_step(each, directory) for each in plan.steps] if plan else []
    return {
        "hub": f"{hub}{programme.hub_department}",
        "fixed_on": demand and demand.fixed_on,
        "mode": ReplyMode(demand.mode).chinese if demand else None,
        "points": list(_points(demand)) if demand else [],
        "aim": plan and plan.aim,
        "until": plan and plan.until,
        "approved_on": plan and plan.decided_on,
        "steps": steps,
        "next_steps": [step for step in steps if step["done_on"] is None],
        "measures": sorted(_measures(facts, programme), key=lambda each: each["on"]),
    }


def next_report(number: str, facts: Iterable[Fact]) -> str:
    """
    The id of the report of a case that is filed next: the same until it is, so that one
    that could not be filed has its number on another day too.
    """
    filed = sum(isinstance(fact, ProgressReportFiled) for fact in facts)
    return f"{number}/progress/{filed + 1}"


def _points(demand: Demand) -> Iterator[dict[str, Any]]:
    answers = {answer.place: answer for answer in demand.answers}
    for place, text in enumerate(demand.points, 1):
        point_answer = answers.get(place)
        head = Disposition(point_answer.head).chinese if point_answer else None
        yield {"text": text, "head": head, "answer": point_answer and point_answer.text}


def _step(step: PlanStep, directory: Directory) -> dict[str, Any]:
    return {
        "task": step.task,
        "who": f"{directory.office(step.office).name}{step.post}",
        "until": step.until,
        "done_on": step.done_on,
        "evidence": step.evidence,
    }


def _measures(facts: Iterable[Fact], programme: Programme) -> Iterator[dict[str, Any]]:
    titles = {act.id: act.title for act in programme.every_act()}
    for fact in facts:
        if isinstance(fact, ActRecorded):
            title = titles.get(fact.act, fact.act)
            yield {"on": fact.on, "title": title, "result": fact.result}
