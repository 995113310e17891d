"""
What endpoints ask of cases: nothing of those out of sight, and what holds once locked.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from services.assignment.casework.record import record_facts
from services.assignment.domain.facts.leaders import LeaderSucceeded
from services.assignment.domain.people.holders import Holding
from services.assignment.endpoints.batches.batches import hand_down_batch
from services.assignment.endpoints.batches.drives import open_drive
from services.assignment.endpoints.closings.audits import evaluate_closing
from services.assignment.endpoints.leaders.units import request_coordination
from services.assignment.endpoints.people.holders import hand_over
from services.assignment.store import Closings, Holders, Matters
from shared.errors import Rejected
from tests.builders import new_number
from tests.builders.calls import CAME, CHIEF, DAY, a_case, ask
from tests.builders.case_papers import CITY_COURT, COURT, COURTS, WAITING
from tests.builders.facts import happened, named

ELSEWHERE = "610326"


ASKED = {
    "a batch": (
        *(hand_down_batch, CITY_COURT, COURT),
        {
            "programme": COURTS.code,
            "letter_no": "交1",
            "source": "市联席办",
            "kind": None,
            "track": None,
            "handed_on": DAY,
            "due_on": None,
        },
    ),
    "a drive": (
        *(open_drive, "990000", "990101"),
        {
            "programme": "dy-leaders",
            "kind": "hundred_days",
            "name": "攻坚",
            "start": DAY,
            "document": "攻1",
        },
    ),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_case_out_of_sight_is_neither_locked_nor_told_of(engine, asked):
    endpoint, asker, office, body = ASKED[asked]
    case = {"programme": body["programme"]}
    seen = a_case(engine, office=office, track="campaign", **case)
    unseen = a_case(engine, office=ELSEWHERE, track="everyday", **case)

    body = {**body, "case_numbers": [seen, unseen]}

    with engine.begin() as other:
        Matters(other).lock_cases([unseen])
        with pytest.raises(Rejected) as refusal:
            ask(engine, endpoint, body, office=asker)

    assert {(each.code, each.location) for each in refusal.value.problems} == {
        ("no_such_case", "/case_numbers/1")
    }


@pytest.mark.requirement("S3")
def test_the_conference_is_not_asked_about_an_accusation_against_it(engine):
    number = a_case(engine, office=ELSEWHERE, accused_office=CITY_COURT)
    body = {"on": DAY, "disagreement": "主办单位不明。"}

    with pytest.raises(Rejected, match="accused_office"):
        ask(engine, request_coordination, body, office=ELSEWHERE, number=number)


def test_a_closing_that_is_returned_meanwhile_is_not_evaluated(engine, somebody_waits):
    closing = new_number("c")
    number = a_case(engine, happened("matter.closing_submitted", DAY, closing=closing))
    report = replace(WAITING, id=closing, number=number, submitted_on=DAY)
    with engine.begin() as session:
        Closings(session).insert(report)
    body = {
        "kind": "evaluation",
        "on": DAY,
        "post": CHIEF,
        "verdict": "sound",
        "unmet": (),
        "text": "卷宗齐全。",
    }

    with ThreadPoolExecutor(1) as pool, engine.begin() as session:
        Matters(session).get(number, lock=True)
        Closings(session).update(replace(report, state="returned"))
        evaluated = pool.submit(ask, engine, evaluate_closing, body, number=closing)
        somebody_waits()
        session.commit()
        with pytest.raises(Rejected, match="closing_returned"):
            evaluated.result(60)


@pytest.mark.requirement("PY-59")
@pytest.mark.parametrize("by_name", [True, False])
def test_a_case_that_another_holder_took_over_meanwhile_is_not_handed_on(
    engine, somebody_waits, by_name
):
    first, second, third = (new_number("h") for _ in range(3))
    number = a_case(
        engine,
        named(CAME, (COURT, CHIEF), holders=((COURT, CHIEF, first),)),
    )
    taken = LeaderSucceeded(
        on=DAY, leader_office=COURT, post=CHIEF, holder=second, by="承办人"
    )
    body = {"post": CHIEF, "from_": first, "to": third, "on": DAY}
    body["case_numbers"] = [number] if by_name else None

    with ThreadPoolExecutor(1) as pool, engine.begin() as session:
        Matters(session).lock_cases([number])
        record_facts(session, {number: {str(uuid4()): taken}})
        handed = pool.submit(_handed, engine, third, body)
        somebody_waits()
        session.commit()
        if not by_name:
            assert handed.result(60) == {"case_numbers": []}
            return
        with pytest.raises(Rejected, match="not_led_by"):
            handed.result(60)


def _handed(engine, holder, body):
    holding = Holding(new_number("b"), COURT, CHIEF, holder, CAME, None)
    with engine.begin() as session:
        Holders(session).insert(holding)
    try:
        return ask(engine, hand_over, body, office=COURT, code=COURT)
    finally:
        with engine.begin() as session:
            session.execute(
                sa.delete(Holders.table).where(Holders.table.c.id == holding.id)
            )
