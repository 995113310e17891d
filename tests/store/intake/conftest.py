"""
The tables of intake, for the tests of its store.
"""

from __future__ import annotations

import pytest

from tests.tables import lasting_engine


@pytest.fixture(scope="module")
def intake_engine(migrated):
    engine = lasting_engine(migrated.urls["intake"])
    yield engine
    engine.dispose()


@pytest.fixture
def session(intake_engine):
    """
    A transaction of intake that is rolled back.
    """
    with intake_engine.connect() as session:
        yield session
