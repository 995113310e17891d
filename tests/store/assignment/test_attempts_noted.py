"""
Who asks for a record of a case that accuses them, by the id of the record, is answered
as for what does not exist, and the attempt is noted (decision 0033).
"""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from services.assignment.domain.leaders.units import Coordination
from services.assignment.endpoints.closings.audits import evaluate_closing
from services.assignment.endpoints.closings.closings import review_closing
from services.assignment.endpoints.closings.endings import decide_ending
from services.assignment.endpoints.leaders.units import decide_coordination
from services.assignment.endpoints.working.demands import answer_point
from services.assignment.endpoints.working.plans import decide_on_plan
from services.assignment.store import Closings, Coordinations, Demands, Endings, Plans
from shared.errors import KeptSecret, NotFound
from tests.builders.calls import CAME, a_case, ask
from tests.builders.case_papers import (
    APPLIED,
    CITY_COURT,
    COURT,
    DEMAND,
    PLAN,
    WAITING,
)

COORDINATION = Coordination(
    id="q1",
    number="",
    programme=PLAN.programme,
    office=CITY_COURT,
    to=CITY_COURT,
    asked_on=CAME,
    disagreement="各单位意见不一致。",
)
ASKED = {
    "the answer to a demand": (answer_point, Demands, DEMAND),
    "a look into a closing": (evaluate_closing, Closings, WAITING),
    "the review of a closing": (review_closing, Closings, WAITING),
    "the decision on a plan": (decide_on_plan, Plans, PLAN),
    "the decision on who leads": (decide_coordination, Coordinations, COORDINATION),
    "the decision on an ending": (
        decide_ending,
        Endings,
        replace(APPLIED, office=CITY_COURT),
    ),
}


@pytest.mark.requirement("S3")
@pytest.mark.parametrize("asked", ASKED)
def test_who_asks_for_a_record_of_an_accusation_is_noted(engine, asked):
    endpoint, store, record = ASKED[asked]
    number = a_case(engine, office=CITY_COURT, accused_office=COURT)
    identity = str(uuid4())
    with engine.begin() as session:
        store(session).insert(replace(record, id=identity, number=number))

    with pytest.raises(NotFound) as refused:
        ask(engine, endpoint, {}, office=COURT, identity=identity, number=identity)

    (problem,) = refused.value.problems
    assert isinstance(problem, KeptSecret)
    assert problem.accused == COURT
