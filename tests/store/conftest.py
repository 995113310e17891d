"""
Databases of their own for tests that change schemas or hold transactions open.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.settings import SERVICES
from shared.storage.database import driver_url

ROOT = Path(__file__).resolve().parents[2]
_COUNTER = itertools.count(1)


@dataclass
class Fresh:
    """
    An empty database beside the system's: its name, and how each role reaches it.
    """

    name: str
    urls: dict[str, str]

    def engine(self, role="owner"):
        url = driver_url(self.urls[role], "psycopg")
        return sa.create_engine(url, poolclass=sa.NullPool)

    def migrate(self, *arguments):
        """
        Start `jianjian migrate` on it.
        """
        code = "from shared.cli import main; main(prog_name='jianjian')"
        return subprocess.Popen(
            [sys.executable, "-c", code, "migrate", *arguments],
            env={**os.environ, "DATABASE_URL": self.urls["owner"]},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _named(url, name):
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def fresh_database(database):
    """
    Makes empty databases; they are dropped again.
    """
    made = []
    owner = database.engine("owner").execution_options(isolation_level="AUTOCOMMIT")

    def make():
        name = f"jianjian_test_{os.getpid()}_{next(_COUNTER)}"
        with owner.connect() as session:
            session.exec_driver_sql(f'CREATE DATABASE "{name}"')
        made.append(name)
        roles = ("owner", *SERVICES)
        return Fresh(name, {role: _named(database.url(role), name) for role in roles})

    yield make
    with owner.connect() as session:
        for name in made:
            session.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def migrated(fresh_database):
    """
    A database with all tables and nobody at work on it. Tests share it: each takes
    back what it writes, or writes about numbers of its own.
    """
    fresh = fresh_database()
    process = fresh.migrate()
    said, _ = process.communicate(timeout=60)

    assert process.returncode == 0, said
    return fresh
