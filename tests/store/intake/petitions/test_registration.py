"""
A registration at the counter in the database: how often it goes there and back.
"""

from __future__ import annotations

import json
from datetime import date

import pytest

from services.intake.schemas import Registration
from services.intake.service import SERVICE
from shared.telemetry import TraceContext
from shared.vocabulary import Role
from shared.web.auth import Identity
from shared.web.call import Call
from tests.builders import COUNTY

TODAY = date(2021, 6, 30)


@pytest.fixture
def register(engine):
    """
    Registers a letter of a person as the endpoint does, answered with 201.
    """

    def letter(id_no):
        body = {
            "channel": "letter",
            "programme": "puyang-2020",
            "received_on": "2021-06-28",
            "petitioner": {"name": "虚构人", "id_type": "other", "id_no": id_no},
            "category": "claim",
            "case_kind": "criminal_appeal_court",
            "demand": "请求依法审查。",
            "original_case_no": f"（2018）豫0922刑初{id_no}号",
        }
        who = Identity("clerk", COUNTY, Role.CLERK, "t1", 0)
        said = Registration().load(body)
        call = Call(who, said, {"proposals": False}, {}, TODAY)
        answer = SERVICE().register_petition(call, TraceContext(), "/petitions")
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return json.loads(answer.get_data())["number"]

    return letter


def test_a_registration_goes_to_the_database_twice(register, sent):
    """
    The number comes first, for what is encrypted is bound to it; then all rows, the
    commit, and the word for the relay.
    """
    register("99999919990001")  # the connection has prepared its statement now
    sent.clear()

    register("99999919990002")

    drawn, stored = sent
    assert drawn.startswith("BEGIN")
    tables = ("intake.petitions", "intake.outbox", "intake.audit")
    assert all(f"INSERT INTO {table}" in stored for table in tables)
    assert stored.index("COMMIT") < stored.index("NOTIFY")
