"""
Locks on names, for what has no row yet that could be locked.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select


def lock_name(session: Connection, name: str) -> None:
    """
    Wait until no other transaction holds the lock of this *name*, and hold it until
    this one ends.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))
