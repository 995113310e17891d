"""
First petitions at the grass roots are cases and owe a leader (DY-08), also those that
are first ones only since a decision, a correction, a withdrawal or a receipt.
"""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
import sqlalchemy as sa

from services.intake.endpoints.cases.matching import decide_matter
from services.intake.endpoints.corrections.corrections import (
    correct_registered_petition,
)
from services.intake.endpoints.corrections.history import withdraw_registered_case
from services.intake.endpoints.corrections.withdrawals import (
    restore_withdrawn_petition,
    withdraw_registered_petition,
)
from services.intake.endpoints.petitions.lifecycle import receive_petition, take_step
from services.intake.endpoints.petitions.petitions import register_petition
from services.intake.store import Cases, CountedRepeats, Petitions
from tests.builders import a_registration, new_number
from tests.store.test_lock_order import MISTAKE
from tests.store.test_lock_order import ask as ask_on

OFFICE, ABOVE = "990101", "990100"
CAME, AGAIN, TODAY = date(2021, 3, 8), date(2021, 3, 10), date(2021, 3, 22)
WHO = {"name": "甄首次", "id_no": "999999194605021872"}
ask = partial(ask_on, today=TODAY)


def registered(session, day=CAME, *, office=OFFICE, **more):
    body = a_registration(day) | {"petitioner": WHO, "programme": "dy-leaders"} | more
    query = {"proposals": False}
    _, given = ask(session, register_petition, None, office=office, query=query, **body)
    return given["number"]


def of_one_matter(session, *days):
    same = {"original_case_no": new_number()}
    return [registered(session, day, **same) for day in days]


def case_since(session, number):
    """
    Since when a petition is a case, and whether that is told to be a first petition.
    """
    query = sa.text(
        "SELECT body->'payload'->>'first_petition' FROM intake.outbox"
        " WHERE body->>'case_number' = :number AND type = 'intake.case_opened'"
    )
    told = session.scalars(query, {"number": number}).all()
    return Petitions(session).get(number).case_opened_on, told


def act(session, endpoint, number, **body):
    return ask(session, endpoint, number, office=OFFICE, **body)


LED = (TODAY, ["true"])


@pytest.mark.requirement("DY-08")
def test_a_repeat_that_brings_new_facts_owes_a_leader_from_the_decision(session):
    first, again = of_one_matter(session, CAME, AGAIN)
    before = case_since(session, first), case_since(session, again)
    said = {"new_facts": True, "decided_on": TODAY, "reason": "另有新的事实。"}
    answer = act(session, decide_matter, again, **said)

    assert before == ((CAME, ["true"]), (None, []))
    assert answer["case_opened_on"] == TODAY
    assert case_since(session, again) == LED
    assert Cases(session).get(first).repeats == 0


@pytest.mark.requirement("DY-08")
@pytest.mark.parametrize("corrected", ["first", "again"])
def test_what_is_first_once_a_case_number_is_corrected_owes_a_leader(
    session, corrected
):
    first, again, third = of_one_matter(session, CAME, AGAIN, date(2021, 3, 15))
    number = first if corrected == "first" else again
    changes = {"original_case_no": new_number()}
    said = {"changes": changes, "reason": "案号误填。", "corrected_on": TODAY}
    act(session, correct_registered_petition, number, **said)
    case_of_third = again if corrected == "first" else first

    assert case_since(session, again) == LED
    assert case_since(session, third) == (None, [])
    counted = CountedRepeats(session).of_petition(third)
    assert [each.case_number for each in counted] == [case_of_third]
    assert Cases(session).get(first).repeats == (corrected == "again")


@pytest.mark.requirement("DY-08")
def test_what_is_first_once_the_earlier_one_is_withdrawn_owes_a_leader(session):
    first, again = of_one_matter(session, CAME, AGAIN)
    for endpoint in (withdraw_registered_case, withdraw_registered_petition):
        act(session, endpoint, first, **MISTAKE)
    alone = Petitions(session).get(again).repeat_of, case_since(session, again)
    act(session, restore_withdrawn_petition, first, reason="并非误登。")

    assert alone == (None, LED)
    assert Petitions(session).get(again).repeat_of == first
    assert Cases(session).get(again).repeats == 1
    assert case_since(session, first)[1] == ["true"]


@pytest.mark.requirement("DY-08", "DY-10")
@pytest.mark.parametrize(
    ("step", "expected"),
    [("forwarded", (AGAIN, ["true"])), ("handed_down", (None, []))],
)
def test_what_was_forwarded_is_first_here_and_what_was_handed_down_is_not(
    session, step, expected
):
    """
    A-32: first at the grass roots; what is handed down is led as its origin says.
    """
    number = registered(session, office=ABOVE, case_kind="complaint")
    passed = {"step": step, "on": CAME, "to_office": OFFICE, "document": "转1"}
    passed |= {"report_by": TODAY} if step == "handed_down" else {}
    ask(session, take_step, number, office=ABOVE, **passed)
    received = act(session, receive_petition, number, received_on=AGAIN)

    assert case_since(session, received["number"]) == expected
    assert received["case_opened_on"] == expected[0]


@pytest.mark.requirement("DY-08")
def test_a_kind_that_is_corrected_into_the_scope_makes_a_first_petition_a_case(
    session,
):
    number = registered(session, case_kind="report")
    changes = {"case_kind": "complaint"}
    said = {"changes": changes, "reason": "类别误填。", "corrected_on": TODAY}
    before = case_since(session, number)
    answer = act(session, correct_registered_petition, number, **said)

    assert before == (None, [])
    assert answer["case_opened_on"] == TODAY
    assert case_since(session, number) == LED
