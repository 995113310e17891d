"""
The tables of hearing, for the tests of its store.
"""

from __future__ import annotations

import pytest

from tests.tables import lasting_engine


@pytest.fixture(scope="module")
def hearing_engine(migrated):
    engine = lasting_engine(migrated.urls["hearing"])
    yield engine
    engine.dispose()


@pytest.fixture
def session(hearing_engine):
    """
    A transaction of hearing that is rolled back.
    """
    with hearing_engine.connect() as session:
        yield session
