"""
Three processes of one service share its work and do nothing twice.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from datetime import date

import psutil
import pytest
import sqlalchemy as sa

from deploy.local.plain import http
from tests.builders import petition_registered, reply_given
from tests.bus.conftest import started_again

# The last test leaves one replica less.
pytestmark = pytest.mark.in_order

PETITIONS = 60
MATTER = "SELECT 1 FROM assignment.matters WHERE number = :number"
CAME = date(2020, 9, 15)


@pytest.fixture(scope="module")
def replicas(stack, eventually):
    """
    Two more processes of assignment: their addresses.
    """
    with (
        started_again(stack, "assignment") as second,
        started_again(stack, "assignment") as third,
    ):
        for url in (second, third):
            eventually(lambda url=url: http.get(f"{url}/readyz").is_success)
        yield second, third


@pytest.fixture
def kill_who_waits_for_a_lock(owner_session, eventually):
    """
    Kills the process of a program whose transaction waits for another transaction.
    """
    query = sa.text(
        "SELECT client_port FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND application_name = :name"
    )

    def kill(name):
        port = eventually(lambda: owner_session.scalar(query, {"name": name}))
        (pid,) = {
            each.pid
            for each in psutil.net_connections("tcp")
            if each.laddr.port == port and each.raddr
        } - {None}
        os.kill(pid, signal.SIGKILL)

    return kill


def test_three_replicas_share_the_events_and_flag_each_overdue_duty_once(
    stack, replicas, announce, settled, clock, eventually, owner_session, figure
):
    petitions = [petition_registered(occurred_on=CAME) for _ in range(PETITIONS)]
    announce(*petitions)
    settled()
    handled = "jianjian_event_handler_seconds_count"
    shares = [figure(url, handled) for url in (stack.url("assignment"), *replicas)]
    query = sa.text(
        "SELECT body #>> '{payload,duty}' AS duty, body ->> 'occurred_on' AS day"
        " FROM assignment.outbox WHERE type = 'assignment.duty_overdue'"
        " AND case_number = ANY(:numbers)"
    )
    numbers = {"numbers": [each.case_number for each in petitions]}

    def flagged():
        return owner_session.execute(query, numbers).all()

    # The reply is late already, the answer in three months is not.
    eventually(lambda: len(flagged()) >= PETITIONS)
    clock.set(date(2020, 12, 15))
    settled()
    before = Counter(row.day for row in flagged())
    clock.set(date(2020, 12, 16))
    eventually(lambda: len(flagged()) >= 2 * PETITIONS)
    sweeps = sum(shares)
    settled()
    rows = flagged()

    days = Counter(row.day for row in rows)
    assert before == {"2020-09-23": PETITIONS}
    assert all(share > 0 for share in shares)
    assert sweeps >= PETITIONS
    assert set(Counter(row.duty for row in rows).values()) == {1}
    assert days == {"2020-09-23": PETITIONS, "2020-12-16": PETITIONS}


@pytest.mark.usefixtures("replicas")
def test_a_replica_killed_within_a_batch_leaves_it_to_the_others(
    announce,
    settled,
    eventually,
    hold,
    facts_of,
    kill_who_waits_for_a_lock,
    owner_session,
):
    held, *others = [
        petition_registered(occurred_on=CAME) for _ in range(1 + PETITIONS)
    ]
    announce(held)
    eventually(lambda: facts_of(held.case_number))
    with hold(MATTER, number=held.case_number):
        announce(*others[::2], reply_given(held.case_number), *others[1::2])
        kill_who_waits_for_a_lock("jianjian-assignment")
    settled()
    query = sa.text(
        "SELECT count(*), count(DISTINCT case_number) FROM assignment.outbox"
        " WHERE type = 'assignment.duties_changed' AND case_number = ANY(:numbers)"
    )
    numbers = {"numbers": [each.case_number for each in others]}
    announced, matters = owner_session.execute(query, numbers).one()

    assert [facts_of(each.case_number) for each in others] == [1] * PETITIONS
    assert facts_of(held.case_number) == 2
    assert (announced, matters) == (PETITIONS, PETITIONS)
