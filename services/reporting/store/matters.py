"""
The office that each matter belongs to.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, String, Table, select
from sqlalchemy.dialects.postgresql import insert

from services.reporting.store.base import metadata

matters = Table(
    "matters",
    metadata,
    Column("number", String, primary_key=True),
    Column("office", String, nullable=False),
)

_BEGIN = insert(matters).on_conflict_do_nothing().returning(matters.c.office)


def owner_of(session: Connection, number: str, office: str) -> str:
    """
    The office that a matter belongs to: *office*, if nothing about the matter was
    posted before.

    Two first events at the same moment wait for each other.
    """
    query = select(matters.c.office).where(matters.c.number == number)
    first = {"number": number, "office": office}
    owner: str = (
        session.scalar(query)
        or session.scalar(_BEGIN, first)
        or session.scalars(query).one()
    )
    return owner
