"""
A database of their own for tests of tables.
"""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def migrated(fresh_database):
    """
    A database with all tables and nobody at work on it. Tests share it: each takes
    back what it writes, or writes about numbers of its own.
    """
    return fresh_database().with_tables()
