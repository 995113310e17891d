"""
Which unit leads a case is agreed and decided for the time in which it had the case.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from services.assignment.casework.record import record_facts
from services.assignment.domain.leaders.units import Coordination
from services.assignment.endpoints.leaders.units import (
    agree_units,
    decide_coordination,
    request_coordination,
)
from services.assignment.store import Coordinations, Endings, Matters
from shared.errors import Conflict, Rejected
from tests.builders import places
from tests.builders.calls import CAME, DAY, a_case, ask
from tests.builders.case_papers import APPLIED, CITY_COURT, COURT, COURTS
from tests.builders.facts import by_id, happened

MOVED = happened(
    "matter.case_moved", DAY, from_office=COURT, to_office=CITY_COURT, reason="batch"
)
BEFORE = DAY - timedelta(days=1)


def a_request(engine, number):
    request = Coordination(
        id=str(uuid4()),
        number=number,
        programme=COURTS.code,
        office=COURT,
        to=CITY_COURT,
        asked_on=CAME,
        disagreement="各单位意见不一致。",
    )
    with engine.begin() as session:
        Coordinations(session).insert(request)
    return request.id


def decide(engine, request, lead, on=DAY):
    body = {"lead": lead, "on": on, "opinion": "由其主办"}
    return ask(engine, decide_coordination, body, identity=request, number=request)


@pytest.mark.requirement("XQ-33")
def test_no_unit_is_said_to_lead_on_a_day_on_which_another_office_had_the_case(engine):
    number = a_case(engine, MOVED)
    request = a_request(engine, number)
    agreed = {"units": [{"office": CITY_COURT, "role": "lead"}], "on": BEFORE}

    with pytest.raises(Rejected) as of_units:
        ask(engine, agree_units, agreed, number=number)
    with pytest.raises(Rejected) as of_conference:
        decide(engine, request, CITY_COURT, BEFORE)

    assert places(of_units) == places(of_conference) == {("date_before_start", "/on")}
    assert ask(engine, agree_units, {**agreed, "on": DAY}, number=number)
    assert decide(engine, request, CITY_COURT).state == "decided"


@pytest.mark.requirement("XQ-33")
def test_a_decided_request_is_decided_already_and_not_of_a_case_that_has_moved(engine):
    number = a_case(engine)
    request = a_request(engine, number)
    moved = a_request(engine, a_case(engine, MOVED))
    decide(engine, request, CITY_COURT)

    with engine.begin() as session:
        assert Matters(session).known(number).office == CITY_COURT
    with pytest.raises(Conflict, match="already_decided"):
        decide(engine, request, COURT)
    with pytest.raises(Rejected, match="case_moved_since"):
        decide(engine, moved, COURT)


@pytest.mark.requirement("XQ-33", "JZ-31")
def test_what_waits_when_a_case_is_closed_lapses_and_is_decided_no_more(engine):
    number, other = a_case(engine), a_case(engine)
    requests = [a_request(engine, each) for each in (number, other)]
    waiting = replace(APPLIED, state="waiting", level="bureau", decider=CITY_COURT)
    refused = replace(APPLIED, state="refused")
    applied = [
        replace(ending, id=str(uuid4()), number=each)
        for ending, each in ((waiting, number), (refused, number), (waiting, other))
    ]
    with engine.begin() as session:
        Endings(session).insert(*applied)
        closed = by_id(happened("matter.case_resolved", DAY))
        struck_off = by_id(happened("matter.case_struck_off", DAY))
        record_facts(session, {number: closed, other: struck_off})
        endings = [Endings(session).get(each.id) for each in applied]
        states = [Coordinations(session).get(each).state for each in requests]

    assert [each.state for each in endings] == ["lapsed", "refused", "waiting"]
    assert endings[0].decider is None
    assert states == ["lapsed", "requested"]
    with pytest.raises(Conflict, match="already_decided"):
        decide(engine, requests[0], CITY_COURT)


@pytest.mark.requirement("XQ-33")
def test_what_the_conference_was_asked_before_a_flow_back_holds_up_no_agreement(engine):
    asked = happened("matter.coordination_requested", CAME, request=str(uuid4()))
    waiting = a_case(engine, asked)
    agreed = {"units": [{"office": COURT, "role": "lead"}], "on": DAY}
    again = {"on": DAY, "disagreement": "各单位意见不一致。"}
    closed = happened("matter.case_resolved", CAME)
    lapsed = a_case(engine, asked, closed, happened("matter.case_reopened", CAME))

    for endpoint, body in ((agree_units, agreed), (request_coordination, again)):
        with pytest.raises(Conflict, match="coordination_waiting"):
            ask(engine, endpoint, body, number=waiting)
        assert ask(engine, endpoint, body, number=lapsed)
