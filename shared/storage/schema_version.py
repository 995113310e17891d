"""
At which version of its history a service's schema stands, without what migrates it: a
service asks this at each start, and starts sooner so.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, column, func, select, table

_ROOT = Path(__file__).resolve().parents[2]
VERSION_TABLE = "alembic_version"


def history_of(service: str) -> Path:
    """
    The folder of a service's migrations: files that begin with their number.
    """
    return _ROOT / "services" / service / "migrations" / "versions"


@lru_cache
def head(service: str) -> str:
    """
    The number of the newest migration.
    """
    return max(path.name.partition("_")[0] for path in history_of(service).glob("*.py"))


def behind(connection: Connection, service: str) -> str:
    """
    "" when the schema of *service* is at head, else where it stands.
    """
    current = None
    if connection.scalar(select(func.to_regclass(f"{service}.{VERSION_TABLE}"))):
        versions = table(VERSION_TABLE, column("version_num"), schema=service)
        current = connection.scalar(select(versions.c.version_num))
    return "" if current == head(service) else f"{current} instead of {head(service)}"
