"""
A database of their own for tests of tables.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from shared.storage import database


@pytest.fixture(scope="session")
def migrated(fresh_database):
    """
    A database with all tables and nobody at work on it. Tests share it: each takes
    back what it writes, or writes about numbers of its own.
    """
    return fresh_database().with_tables()


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
