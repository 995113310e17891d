"""
The act of an item of a list, of whichever programme the list is, is told once for the
case's own programme: what it adds in others is computed from that (PY-60).
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.assignment.domain.facts.received import CaseEnrolled
from services.assignment.domain.leaders.own_lists import ListVersion, OwnItem
from services.assignment.endpoints.activities.act_record import late_for
from services.assignment.endpoints.leaders.checklists import record_checklist_item
from services.assignment.store import OUTBOX, ListVersions, Matters
from shared.errors import Rejected
from shared.policy.current import current_policy
from tests.builders import case_opened, facts, new_number
from tests.builders.calls import CAME, CHIEF, DAY, a_case, ask
from tests.builders.case_papers import COURT, COURTS
from tests.builders.facts import happened

FURTHER = "meixian"


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


@pytest.mark.requirement("TL-34", "MX-11")
def test_an_act_with_a_limit_of_the_law_is_late_also_as_an_item_of_a_list(engine):
    """
    Thirty days from the decision, as the office bound it to an item of its own list.
    """
    case = vars(case_opened("x", programme=FURTHER, office=COURT))
    number = a_case(
        engine,
        CaseEnrolled.from_fields(CAME, {**case, "corrections": 0}),
        facts.act("compensation_decided", CAME, document="赔1"),
        leaders=((COURT, CHIEF),),
    )
    item = OwnItem("1", "包复议受理", "reconsideration_asked")
    version = ListVersion(
        *(new_number(), FURTHER, COURT, "five_duties", CAME, None),
        *((item,), CHIEF),
    )
    with engine.begin() as session:
        ListVersions(session).insert(version)
    late = {"item": "1", "on": CAME + timedelta(days=31), "post": CHIEF}
    body = {"programme": FURTHER, "list": "five_duties", **late, "document_ids": []}
    body |= {"evidence": "申请书", "parties": ()}

    with pytest.raises(Rejected, match="act_late"):
        ask(engine, record_checklist_item, body, office=COURT, number=number)
    in_time = {**body, "on": CAME + timedelta(days=30)}
    ask(engine, record_checklist_item, in_time, office=COURT, number=number)


@pytest.mark.requirement("TL-28")
def test_the_limit_of_an_act_is_that_of_the_programme_whose_act_it_is(engine):
    """
    The courts' own programme has no limit for what prosecutors are asked for.
    """
    programme = current_policy().programmes.get(FURTHER)
    act = programme.act("reconsideration_requested")
    number = a_case(engine, facts.act("not_filed_served", CAME, document="送达1"))
    with engine.begin() as session:
        row = Matters(session).get(number)
        late, in_time = (
            [each.code for each in late_for(session, row, programme, act, on)]
            for on in (CAME + timedelta(days=31), CAME + timedelta(days=1))
        )

    assert (late, in_time) == (["act_late"], [])
