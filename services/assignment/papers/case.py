"""
What every paper of a case may name: whose case it is, who leads it, what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.documents import DocumentFiled, DocumentWithdrawn
from services.assignment.domain.facts.duties import OccurrenceBegun, SignedRecord
from services.assignment.domain.facts.leaders import ActRecorded, ActWithdrawn
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseRepeated,
    CaseRepeatWithdrawn,
    MilestoneJudged,
    PetitionCorrected,
)
from services.assignment.domain.facts.working import PlanStepDropped, PlanStepSet
from services.assignment.domain.matter import BegunMatter
from shared.policy.directory import Directory
from shared.policy.programme import Programme

NAMES: Mapping[str, Any] = {
    "number": "某信〔2021〕7号",
    "office": "某某县人民检察院",
    "programme": "集中治理重复信访专项工作",
    "opened_on": date.min,
    "leaders": ("某某县人民检察院检察长",),
    "department": "控告申诉检察部",
    "handler": "检察官",
    "repeats": 2,
    "course": ({"on": date.min, "what": "案件登记"},),
}
# What tells of the computing of duties and of the file, or is taken back, and not of
# the case.
_LEFT_OUT = (
    ActWithdrawn,
    PlanStepSet,
    PlanStepDropped,
    DocumentFiled,
    DocumentWithdrawn,
    OccurrenceBegun,
    SignedRecord,
    CaseCorrected,
    PetitionCorrected,
    MilestoneJudged,
)


def values_of_no_case(
    number: str, office: str, programme: Programme, opened_on: date
) -> dict[str, Any]:
    """
    What every paper may name, for one that is not of a case; *office*: its name.
    """
    return {
        "number": number,
        "office": office,
        "programme": programme.title,
        "opened_on": opened_on,
        "leaders": [],
        "department": None,
        "handler": None,
        "repeats": 0,
        "course": [],
    }


def values(
    row: BegunMatter, facts: Iterable[Fact], programme: Programme, directory: Directory
) -> dict[str, Any]:
    """
    *row*: of the matter.
    """
    facts = list(facts)
    return {
        "number": directory.matter_title(row.number),
        "office": directory.office(row.office).name,
        "programme": programme.title,
        "opened_on": row.opened_on,
        "leaders": [
            f"{directory.office(code).name}{post}" for code, post in row.leaders or ()
        ],
        "department": row.department,
        "handler": row.handler_post,
        "repeats": sum(_repeats(facts)),
        "course": sorted(_course(facts, programme), key=lambda entry: entry["on"]),
    }


def _repeats(facts: Iterable[Fact]) -> Iterator[int]:
    """
    +1 for every petition of the matter that came in again, -1 for one that turned out
    not to be a repeat.
    """
    for fact in facts:
        if isinstance(fact, CaseRepeated):
            yield 1
        elif isinstance(fact, CaseRepeatWithdrawn):
            yield -1


def _course(facts: Iterable[Fact], programme: Programme) -> Iterator[dict[str, Any]]:
    acts = {act.id: act.title for act in programme.every_act()}
    for fact in facts:
        if isinstance(fact, ActRecorded):
            number = f"（{fact.document}）" if fact.document else ""
            yield {"on": fact.on, "what": f"{acts.get(fact.act, fact.act)}{number}"}
        elif not isinstance(fact, _LEFT_OUT):
            yield {"on": fact.on, "what": fact.title}
