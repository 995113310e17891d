"""
The act of an item of a list, of whichever programme the list is, is told once for the
case's own programme: what it adds in others is computed from that (PY-60).
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from services.assignment.domain.facts.received import CaseEnrolled
from services.assignment.endpoints.leaders.checklists import record_checklist_item
from services.assignment.store import OUTBOX
from tests.builders import case_opened
from tests.builders.case_papers import COURT, COURTS
from tests.builders.facts import happened
from tests.store.test_after_locks import CAME, CHIEF, DAY, a_case, ask

FURTHER = "meixian"


@pytest.fixture
def engine(migrated):
    engine = migrated.engine("assignment")
    yield engine
    engine.dispose()


def test_an_act_of_a_further_programmes_list_is_told_for_the_cases_own(engine):
    case = vars(case_opened("x", programme=FURTHER, office=COURT))
    number = a_case(
        engine,
        CaseEnrolled.from_fields(CAME, {**case, "corrections": 0}),
        happened("matter.case_resolved", DAY, confirmed_on=DAY),
    )
    warned = {"item": "warning", "on": DAY, "post": CHIEF, "text": "注意期限。"}
    body = {"programme": FURTHER, "list": "three_ones", **warned, "document_ids": []}
    body |= {"evidence": "提示函", "parties": ()}
    for _ in range(2):
        ask(engine, record_checklist_item, body, office=COURT, number=number)
    query = sa.select(OUTBOX.table.c.body).where(
        OUTBOX.table.c.type == "assignment.act_recorded",
        OUTBOX.table.c.case_number == number,
    )
    query = query.order_by(OUTBOX.table.c.position)
    with engine.begin() as session:
        told = [each["payload"] for each in session.scalars(query)]

    assert [(t["programme"], t["act"], t["in_scope"], t["first"]) for t in told] == [
        (COURTS.code, "warned", True, True),
        (COURTS.code, "warned", True, False),
    ]
