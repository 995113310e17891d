"""
How far the clock has come with each cadence of the programmes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from services.assignment.store.tables import cadences


class Cadences:
    """The clocks of cadences, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def know(self, rows: Iterable[dict[str, Any]]) -> None:
        """
        Add those that were never seen.
        """
        listed = list(rows)
        if listed:
            self.session.execute(
                insert(cadences).values(listed).on_conflict_do_nothing()
            )

    def names(self) -> set[tuple[str, str]]:
        query = select(cadences.c.programme, cadences.c.cadence)
        return {(row.programme, row.cadence) for row in self.session.execute(query)}

    def behind(self, today: date) -> Any:
        """
        The cadence furthest behind, locked, or None; what another replica is at is
        passed over.
        """
        query = (
            select(cadences)
            .where(cadences.c.begun_until < today)
            .order_by(cadences.c.begun_until, cadences.c.programme, cadences.c.cadence)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return self.session.execute(query).first()

    def put(self, programme: str, cadence: str, begun_until: date) -> None:
        self.session.execute(
            update(cadences)
            .where(cadences.c.programme == programme, cadences.c.cadence == cadence)
            .values(begun_until=begun_until)
        )
