"""
Candidates for one matter, and what a person decides, over HTTP.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.intake.domain.cases.repeats import MatterDecision
from services.intake.domain.matching import Evidence
from services.intake.domain.petitions.undecided import UndecidedRepeat
from shared.records.views import view_of
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Coded, Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named

EvidenceView = view_of(Evidence)


def _evidence() -> Any:
    return schema.many(
        schema.nested(EvidenceView),
        most=20,
        metadata={"description": "各项比对的结果和分数"},
    )


class CandidateView(Strict):
    """
    A petition or case that may be the same matter: the points about the person and
    about the matter, the evidence of each field, and a sentence that sums it up.
    """

    number = fields.String(required=True)
    office = fields.String(required=True)
    kind = Coded({"petition": "信访件", "case": "案件"}, required=True)
    on = schema.day()
    level = fields.String(
        required=True, metadata={"description": "提出的程度，见筛重规则 levels"}
    )
    person_points = fields.Integer(required=True)
    matter_points = fields.Integer(required=True)
    score = fields.Integer(required=True)
    evidence = _evidence()
    explanation = fields.String(required=True)
    labels = Labels()


DecisionView = view_of(MatterDecision, without=("id", "petition", "reason"))


class CandidatesView(Strict):
    """
    The candidates that the caller may see, the best first, and how many there are at
    other offices; what was decided so far.
    """

    number = fields.String(required=True)
    candidates = schema.many(
        schema.nested(CandidateView),
        most=200,
        metadata={"description": "可能是同一事项的信访件和案件，最像的在前"},
    )
    elsewhere = fields.Integer(required=True)
    decisions = schema.many(schema.nested(DecisionView), most=1000)


UndecidedRepeatView = view_of(
    UndecidedRepeat,
    programme=named("programme", shown=True),
    candidates=fields.Integer(
        required=True, metadata={"description": "待认定的候选件数"}
    ),
    waiting_days=fields.Integer(required=True),
)


class MatterBody(Strict):
    """
    What a person decides about a petition: the same as another petition or a case, or
    new facts, which make it no repeat.
    """

    same_as = schema.number_text(required=False)
    new_facts = schema.flag(required=False, load_default=False)
    decided_on = schema.day()
    reason = schema.text(longest=500)


class DuplicateView(Strict):
    """Two cases that look like one matter, and why; a person decides (A-16)."""

    numbers = fields.List(fields.String(), required=True)
    why = fields.List(fields.String(), required=True)
    score = fields.Integer(required=True)
    evidence = _evidence()
