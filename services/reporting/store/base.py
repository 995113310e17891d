"""
What all tables of reporting share: the schema, the outbox, what every service has, and
how many locks are taken by one statement.
"""

from __future__ import annotations

from sqlalchemy import DateTime, Select, String, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from shared.service.tables import service_tables

metadata, OUTBOX, TABLES = service_tables("reporting")
INSTANT = DateTime(timezone=True)


def lock_each(name: str, *, shared: bool = False) -> Select[tuple[None]]:
    """
    A statement that takes the advisory lock of each of the parameter `keys`, in their
    order, until the end of the transaction.
    """
    lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    keys = func.unnest(bindparam("keys", type_=ARRAY(String))).column_valued("key")
    return select(lock(func.hashtext(name), func.hashtext(keys)))
