"""
The offices that have or had each matter.
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
    Column("moved_to", ARRAY(String), nullable=False, server_default="{}"),
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
_MOVE = (
    matters.update()
    .where(matters.c.number == bindparam("of"))
    .values(moved_to=bindparam("offices", type_=_TEXTS))
)
_OWNERS = select(matters.c.number, matters.c.office, matters.c.moved_to).where(
    matters.c.number == func.any(bindparam("numbers", type_=_TEXTS))
)


def owners_of(session: Connection, events: Iterable[Envelope]) -> dict[str, list[str]]:
    """
    The offices that have or had each matter of *events*: that of the first of these
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
        owners |= {number: [first[number]] for number in begun.scalars()}
        elsewhere = [number for number in missing if number not in owners]
        owners |= _owners(session, elsewhere) if elsewhere else {}
    return owners


def move(session: Connection, number: str, offices: list[str]) -> None:
    """
    Let a matter be one that all these *offices* have or had.
    """
    session.execute(_MOVE, {"of": number, "offices": offices})


def _owners(session: Connection, numbers: Iterable[str]) -> dict[str, list[str]]:
    rows = session.execute(_OWNERS, {"numbers": list(numbers)})
    return {row.number: [row.office, *row.moved_to] for row in rows}
