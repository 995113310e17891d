"""
What an office reads of a case that it handed on: as it stood then, and nothing of what
came after; nothing tells it that the case accuses it now (decision 0077).
"""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
import sqlalchemy as sa

from services.assignment.casework.moves import Reason, move_cases
from services.assignment.casework.record import record_facts
from services.assignment.domain.facts.received import CaseCorrected
from services.assignment.endpoints.duties.duties import explain_due_day, show_duty
from services.assignment.endpoints.leaders.leaders import show_leaders
from services.assignment.endpoints.working.cases import show_case
from services.assignment.endpoints.working.moves import show_case_offices
from services.assignment.schemas.duties.duties import ExplanationView, WholeDutyView
from services.assignment.schemas.working.cases import CaseView
from services.assignment.schemas.working.moves import OfficesView
from services.assignment.store import Matters
from shared import telemetry
from shared.errors import Conflict, NotFound
from tests.builders import case_opened
from tests.builders.calls import CAME, DAY, a_case, ask
from tests.builders.facts import act, by_id, named

STREET, NEIGHBOUR, HUB = "640104010", "640104011", "640104800"
PROGRAMME, CHIEF = "xq-2020", "党（工）委书记"
LATER = date(2020, 12, 30)
WHY = Reason("batch", "交1", "审核人")
OF_NO_MATTER = re.compile(r'"(id|recorded_at)": "[^"]*"')


def handed_on(engine, *, accused):
    """
    A case that a street handed on; there it was led, it was found whom it accuses, and
    it went to the hub.
    """
    number = a_case(engine, office=STREET, programme=PROGRAMME)
    move(engine, number, NEIGHBOUR, DAY)
    details = vars(case_opened(number, office=STREET, programme=PROGRAMME))
    found = {**details, "accused_office": accused, "correction": 1, "changed": ()}
    led = named(LATER, (NEIGHBOUR, CHIEF), (HUB, "区长"))
    with engine.begin() as session:
        corrected = CaseCorrected.from_fields(LATER, found)
        record_facts(session, {number: by_id(corrected, led)})
    move(engine, number, HUB, LATER)
    return number


def move(engine, number, to, on):
    trace = telemetry.background_context()
    with telemetry.work("test", trace=trace), engine.begin() as session:
        move_cases(session, {number: to}, on, WHY)


def told(engine, number):
    """
    What the street reads of it, as text without the number and without ids.
    """
    case = CaseView().dump(ask(engine, show_case, None, office=STREET, number=number))
    assert case["duties"]
    answers = [case, read(engine, show_case_offices, OfficesView, number=number)]
    for duty in case["duties"]:
        answers += [
            read(engine, show_duty, WholeDutyView, duty=duty["id"]),
            read(engine, explain_due_day, ExplanationView, duty=duty["id"]),
        ]
    with pytest.raises(Conflict) as refused:
        ask(engine, show_leaders, None, office=STREET, number=number)
    said = [(each.code, each.detail, each.remedy) for each in refused.value.problems]
    said = json.dumps([*answers, said], ensure_ascii=False)
    return OF_NO_MATTER.sub("", said.replace(number, "N"))


def read(engine, endpoint, view, **path):
    return view().dump(ask(engine, endpoint, None, office=STREET, **path))


@pytest.mark.requirement("S3")
def test_an_office_reads_the_same_of_a_case_that_accuses_it_as_of_any_other(engine):
    plain, accusing = (handed_on(engine, accused=each) for each in (None, STREET))

    assert told(engine, accusing) == told(engine, plain)


def test_an_office_reads_nothing_of_what_came_after_it_handed_a_case_on(engine):
    said = told(engine, handed_on(engine, accused=None))

    assert LATER.isoformat() not in said
    assert HUB not in said
    assert CHIEF not in said


def test_the_history_of_a_duty_ends_with_its_hand_over_also_on_that_day(engine):
    number = moved_on(engine)
    whole = {"department": "综治中心", "team": "专班", "resolve_by": LATER}
    record(engine, number, named(DAY, (NEIGHBOUR, CHIEF), **whole))
    duty = f"{number}/leader_named"

    ours = read(engine, show_duty, WholeDutyView, duty=duty)["history"]
    theirs = ask(engine, show_duty, None, office=NEIGHBOUR, duty=duty)["history"]

    assert [row["what"] for row in ours][-1] == "handed_over"
    assert theirs[-1].what == "discharged"
    assert theirs[-1].occurred_on == DAY


def test_an_office_is_told_of_no_duty_that_a_late_fact_opened(engine):
    number = moved_on(engine)
    record(engine, number, act("talk_booked", CAME, until=LATER))
    duty = f"{number}/talk_as_booked/{CAME}"

    assert ask(engine, show_duty, None, office=NEIGHBOUR, duty=duty)
    for endpoint in (show_duty, explain_due_day):
        with pytest.raises(NotFound):
            ask(engine, endpoint, None, office=STREET, duty=duty)


def moved_on(engine):
    number = a_case(engine, office=STREET, programme=PROGRAMME)
    move(engine, number, NEIGHBOUR, DAY)
    return number


def record(engine, number, fact):
    with engine.begin() as session:
        record_facts(session, {number: by_id(fact)})


LEADER_EVENTS = sa.text(
    "SELECT count(*) FROM assignment.outbox WHERE case_number = :number"
    " AND type LIKE 'assignment.leader\\_%'"
)


@pytest.mark.requirement("XQ-33")
def test_that_a_led_case_moved_is_announced_once(engine):
    of = {"department": "综治中心", "team": "专班", "resolve_by": LATER}
    led = named(DAY, (STREET, CHIEF), **of)
    number = a_case(engine, led, office=STREET, programme=PROGRAMME)
    move(engine, number, NEIGHBOUR, LATER)

    def leader_events():
        with engine.connect() as session:
            return session.execute(LEADER_EVENTS, {"number": number}).scalar()

    assert leader_events() == 2
    with engine.begin() as session:
        record_facts(session, {number: by_id(act("communicated", LATER))})
        (lead, released) = Matters(session).known(number).led
    assert (lead.why, released.why) == ("", "matter.case_moved")
    assert leader_events() == 2
