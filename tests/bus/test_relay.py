"""
From the outbox to the broker: confirmed, at least once, by one relay at a time.
"""

from __future__ import annotations

import signal

import pytest
import sqlalchemy as sa

from shared.messaging.relay import BATCH
from tests.builders import case_opened, petition_registered, reply_given
from tests.bus.conftest import ENDED_WITHIN, started_again

EVENTS = {"service": "assignment", "type": "intake.petition_registered"}


def test_what_was_announced_is_published_marked_and_taken_in(
    announce, settled, outbox_of, facts_of
):
    petition = petition_registered()
    announce(petition, *[reply_given(petition.case_number)] * 3)
    settled()

    rows = outbox_of(petition.case_number)
    assert [(row.published, row.refused) for row in rows] == [(True, None)] * 4
    assert facts_of(petition.case_number) == 4


def test_a_relay_killed_before_it_marked_sends_again_and_it_counts_once(
    stack,
    announce,
    settled,
    eventually,
    outbox_of,
    facts_of,
    hold,
    waiting_for_a_lock,
    end_sessions,
    figure,
    reporting_session,
):
    def repeated():
        handled = "jianjian_event_handler_seconds_count"
        url = stack.url("assignment")
        return figure(url, handled, outcome="repeated", **EVENTS)

    before = repeated()
    stack.kill("relay")
    petition = petition_registered()
    announce(petition)
    number = petition.case_number
    rows = "SELECT 1 FROM intake.outbox WHERE case_number = :number"
    with hold(rows, number=number):
        stack.start("relay")
        eventually(lambda: facts_of(number))
        eventually(lambda: waiting_for_a_lock("jianjian-relay-intake"))
        stack.kill("relay")
        end_sessions("jianjian-relay-intake")
    assert [row.published for row in outbox_of(number)] == [False]
    stack.start("relay")
    settled()
    eventually(lambda: repeated() == before + 1)

    entries = "SELECT count(*) FROM entries WHERE case_number = %s AND measure = %s"
    taken = reporting_session.exec_driver_sql(entries, (number, "petitions"))
    assert facts_of(number) == 1
    assert taken.scalar_one() == 1


def test_of_two_relays_one_works_and_the_other_takes_over(
    stack, figure, eventually, announce, settled
):
    active = "jianjian_relay_active"
    with started_again(stack, "relay") as other:
        eventually(lambda: figure(other, "jianjian_backlog_scrape_ok") == 5)
        at_first = figure(stack.url("relay"), active), figure(other, active)
        stack.kill("relay")
        eventually(lambda: figure(other, active) == 5)
        announce(petition_registered())
        settled()

    assert at_first == (5, 0)


def test_an_event_no_queue_takes_stays_seen_and_holds_up_no_other(
    stack, broker, announce, settled, eventually, outbox_of, figure
):
    unroutable, healthy = petition_registered(), case_opened()
    readers = ("assignment.in", "reporting.in")

    def refused_are_counted():
        refused = "jianjian_outbox_refused"
        return figure(stack.url("relay"), refused, service="intake") == 1

    for queue in readers:
        broker.unbind(queue, unroutable.type)
    try:
        announce(unroutable)
        announce(healthy)
        eventually(lambda: outbox_of(healthy.case_number)[0].published)
        eventually(lambda: outbox_of(unroutable.case_number)[0].refused)
        row = outbox_of(unroutable.case_number)[0]
        eventually(refused_are_counted)
    finally:
        # Bindings come back one by one: nothing may be sent on in between.
        stack.stop("relay")
        stack.topology()
        stack.start("relay")
    settled()

    assert not row.published
    assert outbox_of(unroutable.case_number)[0].refused is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_relay_asked_to_stop_ends_by_itself(stack, announce, settled, number):
    stack.processes.signal("relay", number)
    ended = stack.processes.wait("relay", ENDED_WITHIN)
    announce(petition_registered())
    stack.start("relay")
    settled()

    assert ended


def test_refused_rows_at_the_head_hold_up_nothing_behind_them(
    stack, broker, announce, eventually, outbox_of, owner_session
):
    """
    More of them than the relay takes at a time, also when it tries them again.
    """
    refused = [petition_registered() for _ in range(BATCH + 1)]
    behind = [case_opened() for _ in range(2)]
    waiting = sa.text(
        "SELECT count(*) FROM intake.outbox"
        " WHERE refused IS NOT NULL AND published_at IS NULL"
    )
    for queue in ("assignment.in", "reporting.in"):
        broker.unbind(queue, refused[0].type)
    try:
        announce(*refused, behind[0])
        eventually(lambda: outbox_of(behind[0].case_number)[0].published)
        eventually(lambda: owner_session.scalar(waiting) == len(refused))
        announce(behind[1])
        eventually(lambda: outbox_of(behind[1].case_number)[0].published)
    finally:
        owner_session.execute(
            sa.text("DELETE FROM intake.outbox WHERE refused IS NOT NULL")
        )
        stack.topology()


def test_what_one_reader_missed_is_named_and_fed_again(
    stack, broker, announce, settled, eventually, outbox_of, facts_of, jianjian
):
    missed, behind = petition_registered(), case_opened()
    broker.unbind("assignment.in", missed.type)
    try:
        announce(missed, behind)
        eventually(lambda: outbox_of(missed.case_number)[0].published)
        eventually(lambda: facts_of(behind.case_number))
    finally:
        stack.topology()
    event = outbox_of(missed.case_number)[0].id
    lost = facts_of(missed.case_number)
    _, named = jianjian("reconcile", "--until", "infinity")
    code, said = jianjian("resend", "--until", "infinity")
    settled()

    assert lost == 0
    assert f"missing in assignment: {missed.type} {event}" in named
    assert (code, said.splitlines()[-1].startswith("resent: ")) == (0, True)
    assert facts_of(missed.case_number) == 1
