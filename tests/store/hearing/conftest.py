"""
The tables of hearing, for the tests of its store.
"""

from __future__ import annotations

import pytest


@pytest.fixture
def session(migrated):
    """
    A transaction of hearing that is rolled back.
    """
    engine = migrated.engine("hearing")
    with engine.connect() as session:
        yield session
    engine.dispose()
