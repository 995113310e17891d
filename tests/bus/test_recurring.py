"""
Reports that offices owe day by day begin once, whoever lives to begin them.

In a database of its own: a report begins once for ever, in whichever test its day
comes.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from deploy.local.clock import FileClock
from deploy.local.plain import http
from deploy.local.ports import Ports
from deploy.local.stack import ROOT
from services.assignment.domain.duties import recurrence
from services.assignment.store import Matters
from shared.policy.current import current_policy
from tests.bus.conftest import started_again

JIAOZUO, FIRST, LAST = "jiaozuo-2021", date(2021, 3, 10), date(2021, 4, 30)


@pytest.fixture
def fresh(fresh_database):
    """
    A database with all tables, in which no report has begun.
    """
    return fresh_database().with_tables()


@pytest.fixture
def owner_session(fresh):
    with fresh.engine().connect() as session:
        yield session.execution_options(isolation_level="AUTOCOMMIT")


@pytest.fixture
def moved(tmp_path):
    """
    Sets the day of the processes that sweep.
    """
    clock = FileClock(tmp_path / "clock")
    clock(FIRST)
    return clock


@pytest.fixture
def sweeping(stack, fresh, moved, eventually):
    """
    Runs a process of assignment on that database until the block ends: then it is
    killed. No broker is there for it, so no event of the system comes to it.
    """
    settings = {
        "PROGRAMMES": JIAOZUO,
        "SWEEP_SECONDS": "1",
        "DEPLOY_DIR": f"{ROOT}/deploy",
        "BUSINESS_CLOCK_FILE": str(moved.file),
        "ASSIGNMENT_DATABASE_URL": fresh.urls["assignment"],
        "AMQP_URI": f"amqp://127.0.0.1:{Ports.free().amqp}//",
    }

    @contextmanager
    def run():
        with started_again(stack, "assignment", **settings) as url:
            eventually(lambda: http.get(f"{url}/healthz").is_success)
            yield

    return run


def reports_owed(eventually, owner_session):
    """
    Every matter in which a daily report will be owed once the last day has come, in the
    order of days.
    """
    known = sa.text(
        "SELECT schedule, begun_until FROM assignment.report_schedules"
        " WHERE programme = :code"
    )
    begun_until = dict(
        eventually(lambda: owner_session.execute(known, {"code": JIAOZUO}).all())
    )
    programme, rules = current_policy().programmes.get(JIAOZUO), current_policy()
    return [
        report.number
        for schedule in programme.report_schedules
        if schedule.every == "day"
        for period in schedule.periods(
            begun_until[schedule.id] + timedelta(days=1), LAST, rules.calendar
        )
        for report in recurrence.reports_of(
            programme, schedule, period, rules.directory
        )
    ]


def test_a_replica_killed_in_mid_sweep_leaves_nothing_out_and_nothing_twice(
    sweeping, moved, eventually, fresh, owner_session, waiting_for_a_lock
):
    begun = sa.text(
        "SELECT case_number FROM assignment.outbox"
        " WHERE type = 'assignment.duties_changed' AND case_number = ANY(:numbers)"
    )

    def opened():
        return owner_session.scalars(begun, {"numbers": owed}).all()

    with ExitStack() as surviving, fresh.engine().connect() as somebody:
        with sweeping():
            owed = reports_owed(eventually, owner_session)
            # The sweep comes as far as the last report, and waits.
            Matters(somebody).lock(owed[-1])
            moved(LAST)
            eventually(lambda: waiting_for_a_lock("jianjian-assignment") == 1)
            under_way = len(opened())
            surviving.enter_context(sweeping())
        somebody.rollback()
        eventually(lambda: set(owed) == set(opened()))

    assert 0 < under_way < len(owed)
    assert set(Counter(opened()).values()) == {1}
    facts = sa.text(
        "SELECT count(*) FROM assignment.facts WHERE number = ANY(:numbers)"
        " AND type = 'matter.period_begun'"
    )
    found = owner_session.execute(facts, {"numbers": owed}).scalar_one()
    assert len(owed) == found
