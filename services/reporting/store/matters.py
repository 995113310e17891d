"""
The offices that have or had each matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import (
    Column,
    Connection,
    String,
    Table,
    bindparam,
    func,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.reporting.store.base import metadata
from shared.events import Envelope

matters = Table(
    "matters",
    metadata,
    Column("number", String, primary_key=True),
    Column("office", String, nullable=False),
)

# The offices that a case moved to, each once. Rows are only ever added.
matter_moves = Table(
    "matter_moves",
    metadata,
    Column("number", String, primary_key=True),
    Column("office", String, primary_key=True),
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
_WANTED = bindparam("numbers", type_=_TEXTS)
_OWNERS = union_all(
    *(
        select(table.c.number, table.c.office).where(
            table.c.number == func.any(_WANTED)
        )
        for table in (matters, matter_moves)
    )
)
_MOVE = (
    insert(matter_moves)
    .from_select(["number", "office"], select(_NEW.c.number, _NEW.c.office))
    .on_conflict_do_nothing()
)


def owners_of(session: Connection, events: Iterable[Envelope]) -> dict[str, list[str]]:
    """
    Return the offices that have or had each matter of *events*. A matter of which
    nothing was posted before belongs to the office of the first of these events.

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
        inserted = session.execute(_BEGIN, rows)
        owners |= {number: [first[number]] for number in inserted.scalars()}
        # Another transaction began these and has committed: its office is the first.
        elsewhere = [number for number in missing if number not in owners]
        owners |= _owners(session, elsewhere) if elsewhere else {}
    return owners


def move(session: Connection, owners: Mapping[str, Collection[str]]) -> None:
    """
    Record that all these *owners* have or had their matters.
    """
    # In one order: two transactions never wait for each other.
    moved = sorted((number, each) for number in owners for each in owners[number])
    numbers, offices = zip(*moved, strict=True)
    session.execute(_MOVE, {"numbers": [*numbers], "offices": [*offices]})


def _owners(session: Connection, numbers: Iterable[str]) -> dict[str, list[str]]:
    rows = session.execute(_OWNERS, {"numbers": list(numbers)})
    owners: dict[str, list[str]] = {}
    for number, office in rows:
        owners.setdefault(number, []).append(office)
    return owners
