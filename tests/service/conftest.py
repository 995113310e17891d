"""
A desk to work at, and what the services have announced.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.service.asking import Desk

pytest.register_assert_rewrite("tests.service.requirements.rows")


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
