"""
A database of their own for tests of tables.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shared.storage import database
from tests.store.registering import at_work
from tests.tables import lasting_engine


@pytest.fixture(scope="session")
def migrated(fresh_database):
    """
    A database with all tables and nobody at work on it. Tests share it: each takes
    back what it writes, or writes about numbers of its own.
    """
    return fresh_database().with_tables()


@pytest.fixture(scope="session")
def owner_engine(migrated):
    """
    The tables as their owner reads and writes them.
    """
    engine = lasting_engine(migrated.urls["owner"])
    yield engine
    engine.dispose()


@pytest.fixture
def engine(migrated, monkeypatch):
    """
    The engine with which `transaction(…)` works in a test, as the owner of the tables.
    """
    monkeypatch.setenv("INTAKE_DATABASE_URL", migrated.urls["owner"])
    engine = database.engine_for.__wrapped__("intake")
    monkeypatch.setattr(database, "engine_for", lambda _: engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sent(engine):
    """
    The texts that go to the server, one for each round trip.
    """
    texts = []
    note = lambda _c, _u, statement, *_: texts.append(statement)  # noqa: E731
    sa.event.listen(engine, "before_cursor_execute", note)
    return texts


@pytest.fixture
def somebody_waits(migrated, eventually):
    """
    Returns once a transaction waits for another one to end, or *many* of them do.
    """
    query = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock'"
    )
    engine = migrated.engine().execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as session:
        yield lambda many=1: eventually(
            lambda: session.execute(query).scalar_one() >= many
        )
    engine.dispose()


@pytest.fixture
def office(owner_engine):
    with at_work(owner_engine) as found:
        yield found
