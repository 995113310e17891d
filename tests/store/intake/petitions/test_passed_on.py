"""
A petition that passed to another office: what its citizen reads, and as one of which
batch it is compared.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.endpoints.petitions.lifecycle import (
    receive_petition,
    take_step,
)
from services.intake.endpoints.petitions.petitions import register_petition
from services.intake.endpoints.petitions.progress import show_progress
from services.intake.endpoints.petitions.replies import reply_to_petition
from services.intake.store import Matching, Petitions
from services.intake.store.matching.match_rules import match_rules
from shared.policy.current import current_policy
from tests.builders import CITY, COUNTY, a_registration
from tests.store.test_lock_order import TODAY, ask

FORMER, PRESENT = "640104004", "640104001"


def registered(session, office, **changes):
    body = a_registration(date(2020, 3, 2)) | changes
    del body["origin"]
    query = {"proposals": False}
    _, given = ask(session, register_petition, None, office=office, query=query, **body)
    return given


def test_each_step_is_named_with_the_office_that_took_it(session):
    given = registered(session, FORMER, case_kind="claim")
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


@pytest.mark.requirement("PY-19")
@pytest.mark.parametrize(("step", "batch"), [("handed_down", "交1"), ("forwarded", "")])
def test_what_was_handed_down_is_of_the_batch_of_its_letter(session, step, batch):
    number = registered(session, CITY)["number"]
    passed = {"step": step, "on": date(2020, 3, 3), "document": "交1"}
    until = {"report_by": TODAY} if batch else {}
    said = {"to_office": COUNTY, **until, **passed}
    ask(session, take_step, number, office=CITY, **said)
    day = {"received_on": date(2020, 3, 4)}
    received = ask(session, receive_petition, number, office=COUNTY, **day)

    found = Matching(session, match_rules()).petition(received["number"])
    assert found.batch == batch
