"""
Two processes of one service share its work and do nothing twice.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa

from deploy.local.plain import http
from tests.builders import petition_registered
from tests.bus.conftest import started_again

PETITIONS = 60
CAME = date(2020, 9, 15)


@pytest.fixture(scope="module")
def replica(stack, eventually):
    with started_again(stack, "assignment") as url:
        ready = f"{url}/readyz"
        eventually(lambda: http.get(ready).is_success)
        yield url


def test_two_replicas_share_the_events_and_flag_each_overdue_duty_once(
    stack, replica, announce, settled, clock, eventually, owner_session, figure
):
    petitions = [petition_registered(occurred_on=CAME) for _ in range(PETITIONS)]
    announce(*petitions)
    settled()
    handled = "jianjian_event_handler_seconds_count"
    shares = [figure(url, handled) for url in (stack.url("assignment"), replica)]
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


def test_a_killed_replica_leaves_its_share_to_the_other(
    stack, replica, announce, settled
):
    announce(*(petition_registered() for _ in range(PETITIONS)))
    stack.kill("assignment")
    settled()
