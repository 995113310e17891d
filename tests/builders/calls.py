"""
Endpoints of assignment, called without HTTP on a case of a court.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from services.assignment.casework.record import record_facts
from shared import telemetry
from shared.vocabulary import Role
from shared.web.auth import Identity
from shared.web.call import Call
from tests.builders import new_number
from tests.builders.case_papers import CITY_COURT, COURT, COURTS
from tests.builders.facts import by_id, opened

CAME, DAY, TODAY = date(2020, 11, 2), date(2020, 11, 20), date(2020, 12, 31)
CHIEF = "院长"
PATIENCE = sa.text("SET LOCAL lock_timeout = '5s'")


def ask(engine, endpoint, body, *, office=CITY_COURT, **path):
    """
    What an endpoint answers, in a transaction of its own.
    """
    who = Identity("审核人", office, Role.REVIEWER, "t", 0)
    call = Call(who, body, {}, path, TODAY)
    with (
        telemetry.work("test", trace=telemetry.background_context()),
        engine.begin() as session,
    ):
        session.execute(PATIENCE)
        call.session = session
        return endpoint.__wrapped__(call)


def a_case(engine, *more, **changes):
    """
    The number of a case of the court to which *more* happened; it stays for the tests
    that come after, none of which counts the courts' cases.
    """
    number = new_number()
    case = {"office": COURT, "programme": COURTS.code, **changes}
    facts = (opened(CAME, **case), *more)
    with engine.begin() as session:
        record_facts(session, {number: by_id(*facts)})
    return number
