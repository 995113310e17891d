"""
The tables of the system that runs, and databases beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from shared.storage.database import driver_url

ROOT = Path(__file__).resolve().parents[1]
JIANJIAN = [sys.executable, "-c", "from shared.cli import main; main()"]
MIGRATED_WITHIN = 180  # seconds, also on a machine with much else to do


class Database:
    """
    Connections with a service's own role, or as `owner` of everything.
    """

    def __init__(self, servers):
        self.servers = servers
        self.engines = {}

    def url(self, role):
        name = "" if role == "owner" else f"{role.upper()}_"
        return self.servers.environment()[f"{name}DATABASE_URL"]

    def engine(self, role):
        if role not in self.engines:
            self.engines[role] = lasting_engine(self.url(role))
        return self.engines[role]

    @contextmanager
    def begin(self, role):
        """
        A transaction: committed at the end, or not at all.
        """
        with self.engine(role).begin() as session:
            yield session

    @contextmanager
    def at_once(self, role):
        """
        A connection on which every statement is its own transaction.
        """
        with self.engine(role).connect() as session:
            yield session.execution_options(isolation_level="AUTOCOMMIT")


def lasting_engine(url):
    """
    An engine that keeps its connections, for a new one takes 10 ms of the processor.
    One that the server has ended meanwhile is made anew.
    """
    return sa.create_engine(
        driver_url(url, "psycopg"),
        pool_pre_ping=True,
        max_overflow=-1,
        connect_args={"prepare_threshold": None},  # a plan for each execution
    )


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

    def with_tables(self):
        """
        The same with all tables.
        """
        process = self.migrate()
        said, _ = process.communicate(timeout=MIGRATED_WITHIN)

        assert process.returncode == 0, said
        return self

    def migrate(self, *arguments):
        """
        Start `jianjian migrate` on it.
        """
        return subprocess.Popen(
            [*JIANJIAN, "migrate", *arguments],
            env={**os.environ, "DATABASE_URL": self.urls["owner"]},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def named(url, name):
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)
