"""
The events of a ledger that is being read wait for its end, those of a person never.
"""

from __future__ import annotations

import psycopg
import pytest
from psycopg.rows import namedtuple_row

from services.intake.store import OUTBOX
from shared.messaging.lanes import bulk_work, held_back
from shared.messaging.relay import pending
from tests.builders import case_opened, petition_registered


@pytest.fixture
def carried(migrated):
    """
    Which of some matters the relay would publish now.
    """
    with psycopg.connect(
        migrated.urls["intake"], autocommit=True, row_factory=namedtuple_row
    ) as relay:
        yield lambda *events, under_way=(): [
            row.case_number
            for row in pending(relay, "intake", [*under_way])
            if row.case_number in {event.case_number for event in events}
        ]


@pytest.fixture
def announced(migrated):
    """
    Has announced: events of bulk work, and one of a person.
    """
    bulk, own = [case_opened(), case_opened()], petition_registered()
    engine = migrated.engine("intake")
    with engine.begin() as session:
        with bulk_work():
            OUTBOX.announce(session, *bulk)
        OUTBOX.announce(session, own)
    yield *bulk, own
    with engine.begin() as session:
        session.exec_driver_sql("DELETE FROM intake.outbox")
    engine.dispose()


@pytest.fixture
def guard(migrated):
    engine = migrated.engine("intake").execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def numbers(*events):
    return [event.case_number for event in events]


def test_bulk_work_is_left_lying_until_what_holds_it_back_ends(
    announced, carried, guard
):
    first, second, own = announced
    before = carried(*announced)
    with held_back(guard, "intake"):
        meanwhile = carried(*announced)
    afterwards = carried(*announced)

    assert before == numbers(own, first, second)
    assert meanwhile == numbers(own)
    assert afterwards == before


def test_what_holds_back_and_is_killed_holds_nothing_any_more(
    announced, carried, guard, eventually
):
    first, second, own = announced
    with held_back(guard, "intake"):
        held = carried(*announced)
        guard.connection.dbapi_connection.close()
        eventually(lambda: len(carried(*announced)) > 1)
    released = carried(*announced)

    assert held == numbers(own)
    assert released == numbers(own, first, second)


@pytest.mark.parametrize("why", ["refused", "under way"])
def test_what_cannot_go_now_does_not_end_the_holding_back(
    announced, carried, guard, monkeypatch, why
):
    first, _, own = announced
    aged = (
        "UPDATE intake.outbox SET created_at = clock_timestamp() - interval '1 hour'"
        " WHERE case_number = %s RETURNING position"
    )
    (position,) = guard.exec_driver_sql(aged, (first.case_number,)).one()
    under_way = [position] if why == "under way" else []
    if why == "refused":
        later = (
            "UPDATE intake.outbox SET retry_at = clock_timestamp() + interval '1 hour'"
            " WHERE case_number = %s"
        )
        guard.exec_driver_sql(later, (first.case_number,))
    monkeypatch.setenv("BULK_HELD_SECONDS", "600")
    with held_back(guard, "intake"):
        meanwhile = carried(*announced, under_way=under_way)

    assert meanwhile == numbers(own)


def test_nothing_is_held_back_for_longer_than_the_setting_allows(
    announced, carried, guard, monkeypatch
):
    first, second, own = announced
    monkeypatch.setenv("BULK_HELD_SECONDS", "0")
    with held_back(guard, "intake"):
        released = carried(*announced)

    assert released == numbers(own, first, second)
