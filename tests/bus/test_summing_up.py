"""
The proof at the end: every event announced is wherever it is read, and a gap is seen.

It runs after all others that need the servers: it looks back upon their kills.
"""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
import sqlalchemy as sa

from shared.messaging.reconcile import reconcile as look_through
from shared.settings import SERVICES
from tests.builders import petition_registered

pytestmark = pytest.mark.last


@pytest.fixture
def reconcile(jianjian_here):
    return lambda: jianjian_here("reconcile", "--until", "infinity")


def test_nothing_is_missing_after_all_that_happened(
    reconcile, dead_letters, eventually, broker
):
    eventually(lambda: reconcile()[0] == 0)
    code, said = reconcile()

    assert code == 0
    assert said.startswith("clean: ")
    assert " 0 missing, 0 unpublished" in said
    assert dead_letters() == []
    assert {name: broker.waiting_in(f"{name}.in") for name in SERVICES} == (
        dict.fromkeys(SERVICES, 0)
    )


def test_an_event_missing_from_one_inbox_is_named(
    reconcile, announce, settled, owner_session, outbox_of
):
    petition = petition_registered()
    announce(petition)
    settled()
    (row,) = outbox_of(petition.case_number)
    taken = owner_session.execute(
        sa.text("DELETE FROM assignment.inbox WHERE event_id = :id RETURNING type"),
        {"id": row.id},
    )
    kind = taken.scalar_one()
    code, said = reconcile()
    owner_session.execute(
        sa.text("INSERT INTO assignment.inbox (event_id, type) VALUES (:id, :type)"),
        {"id": row.id, "type": kind},
    )

    assert code == 1
    assert f"missing in assignment: {kind} {row.id}" in said
    assert "NOT CLEAN" in said
    assert reconcile()[0] == 0


def test_an_event_that_nobody_announced_is_named(owner_session):
    stranger = str(uuid4())
    took = sa.text(
        "INSERT INTO reporting.inbox (event_id, type) VALUES (:id, 'aid.aid_paid')"
    )
    owner_session.execute(took, {"id": stranger})
    began = owner_session.scalar(sa.text("SELECT clock_timestamp() - interval '1 min'"))
    reports = [look_through(until="infinity"), look_through(began.isoformat())]
    forget = sa.text("DELETE FROM reporting.inbox WHERE event_id = :id")
    owner_session.execute(forget, {"id": stranger})

    for report in reports:
        assert report.without_origin == [("reporting", "aid.aid_paid", stranger)]
        assert not report.clean
        assert (
            f"taken by reporting, but in no outbox: aid.aid_paid {stranger}"
            in report.lines()
        )
    assert look_through(until="infinity").without_origin == []


def test_an_event_not_yet_published_is_named(
    stack, reconcile, announce, outbox_of, settled
):
    stack.kill("relay")
    petition = petition_registered()
    announce(petition)
    code, said = reconcile()
    stack.start("relay")
    settled()

    (row,) = outbox_of(petition.case_number)
    assert code == 1
    assert f"not published: {row.id}" in said


def test_every_handled_event_left_one_line_that_names_no_petitioner(
    stack, settled, announce
):
    announce(petition_registered())
    settled()
    log = stack.processes.log("assignment").read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    handled = [line for line in lines if line["event"] == "event_handled"]

    assert handled
    assert all(line["correlation_id"] and line["traceparent"] for line in handled)
    for service in SERVICES:
        assert "张三" not in stack.processes.log(service).read_text("utf-8")
