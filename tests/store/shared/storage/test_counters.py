"""
No number is drawn twice, however often a backup is restored.
"""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from services.intake.store import OUTBOX, NewPetitions
from shared import telemetry
from shared.matter_numbers import Kind, kind_of
from shared.storage.counters import advance_counters
from tests.builders import COUNTY, a_registration, petition_registered

LAST = sa.text("SELECT last_value FROM intake.petition_numbers")
RESTORED = sa.text("SELECT setval('intake.petition_numbers', :last)")
# Of a year of which no other test stores petitions: the counter is set back here.
CAME = date(2008, 11, 20)


@pytest.fixture
def session(migrated):
    engine = migrated.engine()
    with engine.connect() as session:
        yield session
        session.rollback()
    engine.dispose()


def drawn(session, count):
    """
    The numbers of so many new petitions, and the positions of their events.
    """
    petitions, numbers = NewPetitions(session), []
    for _ in range(count):
        body = a_registration(CAME)
        found = petitions.register(body, office=COUNTY, programme="puyang-2020")
        numbers.append(found.petition.number)
    with telemetry.work("test", trace=telemetry.background_context()):
        OUTBOX.announce(session, *map(petition_registered, numbers))
    query = sa.text(
        "SELECT position FROM intake.outbox WHERE case_number = ANY(:numbers)"
        " ORDER BY position"
    )
    return numbers, list(session.scalars(query, {"numbers": numbers}))


def test_a_restored_database_draws_no_number_again(session):
    backed_up = {"last": 100}
    session.execute(RESTORED, backed_up)
    numbers, positions = drawn(session, 3)
    for _ in range(2):
        session.execute(RESTORED, backed_up)
        advance_counters(session)
        more, later = drawn(session, 3)
        numbers, positions = numbers + more, positions + later

    assert len(set(numbers)) == 9
    assert positions == sorted(set(positions))
    assert {kind_of(number) for number in numbers} == {Kind.PETITION}
    assert len(numbers[-1]) <= 30


def test_a_counter_that_is_further_stays_where_it_is(session):
    ahead = 10**15
    session.execute(RESTORED, {"last": ahead})
    advance_counters(session)

    assert session.scalar(LAST) == ahead


def test_numbers_have_seven_digits_at_first_and_never_fewer_than_they_need(session):
    session.execute(RESTORED, {"last": 14})
    (first,), _ = drawn(session, 1)
    session.execute(RESTORED, {"last": 12_345_678_901})
    (later,), _ = drawn(session, 1)

    assert (first, later) == (f"{COUNTY}-2008-0000015", f"{COUNTY}-2008-12345678902")
