"""
Reports that offices owe day by day begin once, whoever lives to begin them.

In a system of its own: a report begins once for ever, in whichever test the day comes.
"""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from deploy.local.plain import http
from deploy.local.stack import ROOT, Stack
from services.assignment.domain.duties import recurrence
from shared.policy.current import current_policy
from shared.storage.database import driver_url
from tests.bus.conftest import started_again

JIAOZUO, FIRST, LAST = "jiaozuo-2021", date(2021, 3, 10), date(2021, 4, 30)
SETTINGS = {"PROGRAMMES": JIAOZUO, "SWEEP_SECONDS": "1", "DEPLOY_DIR": f"{ROOT}/deploy"}


@pytest.fixture(scope="module")
def stack():
    parent = ROOT / "var" / "recurring"
    with Stack.temporary(parent, settings=SETTINGS) as running:
        running.clock(FIRST)
        running.start("assignment")
        running.wait_ready("assignment")
        yield running


@pytest.fixture(scope="module")
def owner_session(stack):
    url = driver_url(stack.environment()["DATABASE_URL"], "psycopg")
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as session:
        yield session.execution_options(isolation_level="AUTOCOMMIT")


@pytest.fixture
def replica(stack, eventually):
    with started_again(stack, "assignment") as url:
        ready = f"{url}/readyz"
        eventually(lambda: http.get(ready).is_success)
        yield


@pytest.fixture
def owed(eventually, owner_session):
    """
    Every matter in which a daily report will be owed once the last day has come.
    """
    known = sa.text(
        "SELECT schedule, begun_until FROM assignment.report_schedules"
        " WHERE programme = :code"
    )
    begun_until = dict(
        eventually(lambda: owner_session.execute(known, {"code": JIAOZUO}).all())
    )
    programme, rules = current_policy().programmes.get(JIAOZUO), current_policy()
    return {
        report.number
        for schedule in programme.report_schedules
        if schedule.every == "day"
        for period in schedule.periods(
            begun_until[schedule.id] + timedelta(days=1), LAST, rules.calendar
        )
        for report in recurrence.reports_of(
            programme, schedule, period, rules.directory
        )
    }


@pytest.mark.usefixtures("replica")
def test_a_replica_killed_in_mid_sweep_leaves_nothing_out_and_nothing_twice(
    stack, eventually, owner_session, owed
):
    begun = sa.text(
        "SELECT case_number FROM assignment.outbox"
        " WHERE type = 'assignment.duties_changed' AND case_number = ANY(:numbers)"
    )

    def opened():
        return owner_session.scalars(begun, {"numbers": [*owed]}).all()

    stack.clock(LAST)
    deadline = time.monotonic() + 60
    while not (under_way := len(opened())):
        assert time.monotonic() < deadline
    stack.kill("assignment")
    eventually(lambda: owed == set(opened()), within=120)
    stack.start("assignment")
    stack.wait_ready("assignment")

    assert len(owed) > under_way
    assert set(Counter(opened()).values()) == {1}
    facts = sa.text(
        "SELECT count(*) FROM assignment.facts WHERE number = ANY(:numbers)"
        " AND type = 'matter.period_begun'"
    )
    found = owner_session.execute(facts, {"numbers": [*owed]}).scalar_one()
    assert len(owed) == found
