"""
The tables of intake, for the tests of its store.
"""

from __future__ import annotations

import pytest


@pytest.fixture
def session(migrated):
    """
    A transaction of intake that is rolled back.
    """
    engine = migrated.engine("intake")
    with engine.connect() as session:
        yield session
    engine.dispose()
