"""
A ledger of a programme that no other test has.
"""

from __future__ import annotations

import pytest

from shared.policy.directory import Directory
from shared.policy.loading import load_programmes
from shared.settings import settings
from tests.store.reporting.ledger import connection


@pytest.fixture
def session(database):
    yield from connection(database, "reporting")


@pytest.fixture
def owner(database):
    """
    May also rebuild.
    """
    yield from connection(database, "owner")


@pytest.fixture(scope="module")
def directory():
    return Directory.load(settings.deploy / "directory")


@pytest.fixture(scope="module")
def programme(directory):
    return load_programmes(settings.deploy / "programmes", directory).get("puyang-2020")
