"""
Locks on names, for what has no row yet that could be locked.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, String, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY

_KEYS = (
    select(func.hashtext(func.unnest(bindparam("names", type_=ARRAY(String)))))
    .distinct()
    .order_by(text("1"))
    .subquery("keys")
)
_LOCK = select(func.pg_advisory_xact_lock(_KEYS.c[0]))


def lock_name(session: Connection, name: str) -> None:
    """
    Wait until no other transaction holds the lock of this *name*, and hold it until
    this one ends.
    """
    lock_names(session, [name])


def lock_names(session: Connection, names: Collection[str]) -> None:
    """
    Likewise of several *names*, in one order: two transactions that take theirs at once
    never wait for each other.
    """
    if names:
        session.execute(_LOCK, {"names": list(names)})
