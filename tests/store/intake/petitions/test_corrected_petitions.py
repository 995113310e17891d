"""
What of a petition was registered wrongly is corrected, and what was right stays.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake.endpoints.corrections.corrections import (
    correct_registered_petition,
)
from services.intake.endpoints.petitions.petitions import register_petition
from services.intake.store import NewPetitions, Petitions
from shared.errors import Rejected
from shared.policy.current import current_policy
from tests.builders import a_registration
from tests.store.test_lock_order import ask, engine  # noqa: F401

OFFICE, CAME = "640104004", date(2020, 3, 2)
WHO = {"name": "甄更名", "id_no": "999999194605021872", "phone": "13800000000"}


@pytest.fixture
def session(engine):  # noqa: F811
    with engine.connect() as session:
        yield session


def registered(session, **changes):
    body = a_registration(CAME) | {"petitioner": WHO, "case_kind": "claim"} | changes
    del body["origin"]
    query = {"proposals": False}
    _, answer = ask(
        session, register_petition, None, office=OFFICE, query=query, **body
    )
    return answer["number"]


def corrected(session, number, **changes):
    """
    The petitioner and the petition, corrected.
    """
    body = {"changes": changes, "reason": "录入有误。"}
    ask(session, correct_registered_petition, number, office=OFFICE, **body)
    petitions = Petitions(session)
    return petitions.private(number)["petitioner"], petitions.get(number)


def codes(call, *args, **changes):
    with pytest.raises(Rejected) as refused:
        call(*args, **changes)
    return [(each.code, each.location) for each in refused.value.problems]


def test_a_corrected_name_leaves_the_rest_of_who_petitions(session):
    number = registered(session)
    named, _ = corrected(session, number, petitioner={"name": "甄正名"})
    without, _ = corrected(session, number, petitioner={"phone": None})
    nobody, _ = corrected(session, number, petitioner=None)

    assert named == WHO | {"name": "甄正名"}
    assert without == {"name": "甄正名", "id_no": WHO["id_no"]}
    assert nobody is None
    assert codes(corrected, session, number, petitioner={"phone": "1"}) == [
        ("required", "/changes/petitioner/name")
    ]


def test_a_petitioner_of_whom_nothing_is_corrected_stays(session):
    number = registered(session)

    assert codes(corrected, session, number, petitioner={}) == [
        ("nothing_to_change", "/changes")
    ]
    same, petition = corrected(session, number, petitioner={}, persons=2)
    assert (same, petition.persons) == (WHO, 2)


@pytest.mark.requirement("S1")
def test_a_visit_that_becomes_a_group_visit_names_how_many_represent_it(session):
    number = registered(session, channel="visit", persons=3)
    missing = codes(corrected, session, number, persons=7)
    many = codes(corrected, session, number, persons=7, representatives=6)
    _, group = corrected(session, number, persons=7, representatives=5)
    _, larger = corrected(session, number, persons=8)
    none = codes(corrected, session, number, persons=4, representatives=2)

    place = "/changes/representatives"
    assert missing == [("required", place)]
    assert many == [("too_many_representatives", place)]
    assert none == [("not_a_group_visit", place)]
    assert (group.group_visit, larger.persons) == (True, 8)


@pytest.mark.requirement("TL-29")
def test_an_appeal_that_is_passed_on_keeps_the_day_on_which_it_was_made(session):
    served = date(2020, 2, 27)
    number = registered(session)
    said = {"non_prosecution_served_on": served, "appellant": "victim"}
    assert codes(corrected, session, number, **said) == [
        ("required", "/changes/non_prosecution_office")
    ]
    _, appeal = corrected(session, number, non_prosecution_office="410923", **said)
    received = NewPetitions(session).receive(
        replace(appeal, to_office="410900"),
        received_on=date(2020, 3, 20),
        programme=current_policy().programmes.get("puyang-2020"),
        origin="own_screening",
        handler_post=None,
    )

    assert (appeal.non_prosecution_served_on, appeal.appellant) == (served, "victim")
    assert (received.appealed_on, received.non_prosecution_office) == (CAME, "410923")
