"""
Request and response schemas of the endpoints for demands and plans.
"""

from __future__ import annotations

from services.assignment.domain.working.demands import Demand
from services.assignment.domain.working.plans import STATES as PLAN_STATES
from services.assignment.domain.working.plans import Plan
from shared.records.views import view_of
from shared.vocabulary import Disposition, PlanVerdict, ReplyMode
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Coded
from shared.web.schema.fields import Strict


class StepBody(Strict):
    """
    What is to be done by which post or department until when; of the office responsible
    unless another is named.
    """

    task = schema.text(longest=1000)
    office = schema.office_code(required=False, load_default=None)
    post = schema.post()
    until = schema.day()


class PlanBody(Strict):
    """The plan of a case, or a new version of it and why."""

    made_on = schema.day()
    post = schema.post()
    aim = schema.text(longest=2000)
    until = schema.day()
    steps = schema.many(
        schema.nested(StepBody),
        least=1,
        most=30,
        metadata={"description": "方案的步骤"},
    )
    reason = schema.text(longest=1000, required=False, load_default=None)


class PlanDecisionBody(Strict):
    """A leader approves a plan, perhaps under a document number, or returns it."""

    on = schema.day()
    verdict = schema.one_of(PlanVerdict)
    post = schema.post()
    opinion = schema.text(longest=1000, required=False, load_default=None)
    document = schema.text(longest=200, required=False, load_default=None)


class StepDoneBody(Strict):
    """A step of a plan was done, shown by what."""

    place = schema.count(metadata={"description": "步骤的序号"})
    on = schema.day()
    evidence = schema.text(longest=400)


PlanView = view_of(Plan, state=Coded(PLAN_STATES, required=True))


class DemandBody(Strict):
    """
    The demand as it was fixed with the petitioner, point by point, or a new version of
    it and why (JZ-19).
    """

    fixed_on = schema.day()
    mode = schema.one_of(ReplyMode)
    post = schema.post()
    points = schema.many(schema.text(longest=1000), least=1, most=20)
    reason = schema.text(longest=1000, required=False, load_default=None)


class PointAnswerBody(Strict):
    """How a point was judged and what was done about it."""

    place = schema.count(metadata={"description": "诉求要点的序号"})
    head = schema.one_of(Disposition)
    on = schema.day()
    post = schema.post()
    text = schema.text(longest=1000)


DemandView = view_of(Demand)
DemandKept = view_of(Demand, "DemandKept", without=("points",))
