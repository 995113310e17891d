"""
The enquiry of a citizen whose petition passed to another office with its case.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.endpoints.petitions.lifecycle import take_step
from services.intake.endpoints.petitions.petitions import register_petition
from services.intake.endpoints.petitions.progress import show_progress
from services.intake.endpoints.petitions.replies import reply_to_petition
from services.intake.store import Petitions
from shared.policy.current import current_policy
from tests.builders import a_registration
from tests.store.test_lock_order import TODAY, ask, engine  # noqa: F401

FORMER, PRESENT = "640104004", "640104001"


@pytest.fixture
def session(engine):  # noqa: F811
    with engine.connect() as session:
        yield session


def test_each_step_is_named_with_the_office_that_took_it(session):
    body = a_registration(date(2020, 3, 2)) | {"case_kind": "claim"}
    del body["origin"]
    query = {"proposals": False}
    _, given = ask(session, register_petition, None, office=FORMER, query=query, **body)
    number = given["number"]
    accepted = {"step": "accepted", "on": date(2020, 3, 3), "document": "受1"}
    ask(session, take_step, number, office=FORMER, **accepted)
    Petitions(session).follow({number: PRESENT})
    reply = {
        "replied_on": TODAY,
        "kind": "progress",
        "mode": "phone",
        "summary": "在办",
    }
    said = {"document_ids": [], "served": None, "document": None, "outcome": None}
    ask(session, reply_to_petition, number, office=PRESENT, **reply, **said)
    code = {"code": given["enquiry_code"]}
    found = ask(session, show_progress, number, path=code)

    names = [current_policy().directory.office(c).name for c in (FORMER, PRESENT)]
    assert found.office == names[1]
    assert [each.office for each in found.done] == [names[0], names[0], names[1]]
