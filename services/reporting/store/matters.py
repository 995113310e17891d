"""
The office that each matter belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Column, Connection, String, Table, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.reporting.store.base import metadata
from shared.events import Envelope

matters = Table(
    "matters",
    metadata,
    Column("number", String, primary_key=True),
    Column("office", String, nullable=False),
)

_BEGIN = insert(matters).inline().on_conflict_do_nothing()
_OWNERS = select(matters.c.number, matters.c.office).where(
    matters.c.number == func.any(bindparam("numbers", type_=ARRAY(String)))
)


def owners_of(session: Connection, events: Iterable[Envelope]) -> dict[str, str]:
    """
    The office that each matter of *events* belongs to: that of the first of these
    events, if nothing about it was posted before.

    Two first events at the same moment wait for each other.
    """
    first: dict[str, str] = {}
    for event in events:
        first.setdefault(event.case_number, event.office)
    owners = _owners(session, first)
    # In the order of their numbers: two transactions never wait for each other.
    missing = sorted(first.keys() - owners.keys())
    if missing:
        rows = [{"number": number, "office": first[number]} for number in missing]
        session.execute(_BEGIN, rows)
        owners |= _owners(session, missing)
    return owners


def _owners(session: Connection, numbers: Iterable[str]) -> dict[str, str]:
    rows = session.execute(_OWNERS, {"numbers": list(numbers)})
    return {row.number: row.office for row in rows}
