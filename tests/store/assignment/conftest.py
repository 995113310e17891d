"""
The tables of assignment, for the tests of its store.
"""

from __future__ import annotations

import pytest

from shared import telemetry
from tests.tables import lasting_engine


@pytest.fixture(scope="module")
def engine(migrated):
    engine = lasting_engine(migrated.urls["assignment"])
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine):
    """
    A transaction of assignment's own that is taken back at the end.
    """
    work = telemetry.work("test", trace=telemetry.background_context())
    with engine.connect() as session, work:
        yield session
