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

_TEXTS = ARRAY(String)
_NEW = (
    func.unnest(bindparam("numbers", type_=_TEXTS), bindparam("offices", type_=_TEXTS))
    .table_valued("number", "office", name="new")
    .render_derived()
)
_BEGIN = (
    insert(matters)
    .from_select(["number", "office"], select(_NEW.c.number, _NEW.c.office))
    .on_conflict_do_nothing()
    .returning(matters.c.number)
)
_OWNERS = select(matters.c.number, matters.c.office).where(
    matters.c.number == func.any(bindparam("numbers", type_=_TEXTS))
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
        rows = {"numbers": missing, "offices": [first[number] for number in missing]}
        begun = session.execute(_BEGIN, rows)
        owners |= {number: first[number] for number in begun.scalars()}
        elsewhere = [number for number in missing if number not in owners]
        owners |= _owners(session, elsewhere) if elsewhere else {}
    return owners


def _owners(session: Connection, numbers: Iterable[str]) -> dict[str, str]:
    rows = session.execute(_OWNERS, {"numbers": list(numbers)})
    return {row.number: row.office for row in rows}
