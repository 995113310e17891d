"""
Two transactions about one matter: petitions are locked before the case, in one order.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from services.intake.casework import open_case_of
from services.intake.endpoints.corrections.corrections import (
    withdraw_registered_petition,
)
from services.intake.endpoints.corrections.history import (
    reinstate_withdrawn_case,
    withdraw_registered_case,
)
from services.intake.store import Cases, Petitions
from shared import telemetry
from shared.vocabulary import Role
from shared.web.auth import Identity
from shared.web.call import Call
from tests.builders import COUNTY, a_registration, new_number
from tests.service.asking import PROGRAMME

CAME, TODAY = date(2020, 3, 2), date(2020, 3, 31)
MISTAKE = {"cause": "registered_by_mistake", "reason": "误登。"}


@pytest.fixture
def engine(migrated):
    engine = migrated.engine("intake")
    yield engine
    engine.dispose()


@pytest.fixture
def somebody_waits(migrated, eventually):
    """
    Returns once a transaction waits for another one to end.
    """
    query = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock'"
    )
    engine = migrated.engine().execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as session:
        yield lambda: eventually(lambda: session.execute(query).scalar_one())
    engine.dispose()


def ask(session, endpoint, number, **body):
    """
    What an endpoint answers about a petition or case, in this transaction.
    """
    who = Identity("承办人", COUNTY, Role.CLERK, "t", 0)
    call = Call(who, body, {}, {"number": number}, TODAY)
    call.session = session
    with telemetry.work("test", trace=telemetry.background_context()):
        return endpoint.__wrapped__(call)


def test_a_petition_that_is_withdrawn_meanwhile_is_no_repeat_of_a_reinstated_case(
    engine, somebody_waits
):
    who = {"petitioner": {"name": "李六", "id_no": "410922197001010018"}}
    original = {"original_case_no": new_number()}

    def register(session, day):
        body = a_registration(day) | who | original
        found = Petitions(session).register(body, office=COUNTY, programme=PROGRAMME)
        return found.petition

    with (
        telemetry.work("test", trace=telemetry.background_context()),
        engine.begin() as session,
    ):
        _, case = open_case_of(session, register(session, CAME), CAME, {}, TODAY)
        ask(session, withdraw_registered_case, case.number, **MISTAKE)
        later = register(session, CAME + timedelta(days=4))

    def reinstate():
        body = {"approver_post": "检察长", "reason": "撤销有误。"}
        with engine.begin() as session:
            return ask(session, reinstate_withdrawn_case, case.number, **body)

    with ThreadPoolExecutor(1) as pool, engine.begin() as session:
        Petitions(session).lock({later.number})
        reinstated = pool.submit(reinstate)
        somebody_waits()
        # Whoever has the petition may have the case as well.
        Cases(session).get(case.number, lock=True)
        ask(session, withdraw_registered_petition, later.number, **MISTAKE)
        session.commit()
        assert reinstated.result(60)["repeats"] == 0
