"""
A desk to work at, and what the services have announced.
"""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from tests.service.asking import Desk

pytest.register_assert_rewrite("tests.service.requirements.rows")

from tests.service.requirements.rows import AtWork, Counter  # noqa: E402


@pytest.fixture(scope="session")
def desk(as_office, eventually):
    return Desk(as_office, eventually)


@pytest.fixture
def announced(owner_session):
    """
    The types of the events that a service has announced about a number, in order.
    """

    def found(service, number):
        query = sa.text(
            f"SELECT type FROM {service}.outbox"  # noqa: S608 - one of our five
            " WHERE case_number = :number ORDER BY position"
        )
        return list(owner_session.scalars(query, {"number": number}))

    return found


@pytest.fixture(scope="session")
def opened(stack):
    """
    The numbers of the cases of rows, by programme, once they have come in.
    """
    return {}


@pytest.fixture
def at_work(opened, desk, announce, settled, clock):
    """
    Gives a row's work: on the day of its programme, with its own case.
    """

    def begun(programme, row):
        clock.set(date.fromisoformat(programme.day))
        counter = Counter(desk, announce, settled)
        if programme.code not in opened:
            with_case = [row for row in programme.rows if row.case is not None]
            numbers = counter.open(programme, [row.case for row in with_case])
            opened[programme.code] = dict(zip(map(id, with_case), numbers, strict=True))
        day = row.day or programme.day
        clock.set(date.fromisoformat(day))
        return AtWork(programme, opened[programme.code].get(id(row)), day, counter)

    return begun
