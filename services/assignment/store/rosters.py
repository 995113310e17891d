"""
Whose turn it was to receive people, and how often they did: counts and posts only.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, Date, Index, Integer, String, Table, select
from sqlalchemy.dialects.postgresql import insert

from services.assignment.domain.activities.rosters import Log, Turn
from services.assignment.store.tables import metadata


def _table(name: str, *more: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        Column("id", String, primary_key=True),
        Column("programme", String, nullable=False),
        Column("roster", String, nullable=False),
        Column("office", String, nullable=False),
        Column("day", Date, nullable=False),
        Column("post", String, nullable=False),
        *more,
        Index(
            f"uq_{name}_day",
            *("programme", "roster", "office", "day", "post"),
            unique=True,
        ),
        Index(f"ix_{name}_office_id", "office", "id"),
    )


turns = _table("turns")
receptions = _table(
    "receptions",
    Column("receptions", Integer, nullable=False),
    Column("entered", Integer, nullable=False),
)


class Receptions:
    """Rosters and logs, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add_turn(self, **values: Any) -> bool:
        """
        Keep a turn; False if the post has it already.
        """
        return self._add(turns, values)

    def add_log(self, **values: Any) -> bool:
        """
        Keep a day's log; False if there is one of the post for the day.
        """
        return self._add(receptions, values)

    def _add(self, table: Table, values: dict[str, Any]) -> bool:
        statement = insert(table).values(**values).on_conflict_do_nothing()
        added = self.session.execute(statement.returning(table.c.id))
        return added.first() is not None

    def turns_of(
        self, offices: Collection[str], after: str | None, limit: int
    ) -> list[Any]:
        return self._page(turns, offices, after, limit)

    def logs_of(
        self, offices: Collection[str], after: str | None, limit: int
    ) -> list[Any]:
        return self._page(receptions, offices, after, limit)

    def _page(
        self, table: Table, offices: Collection[str], after: str | None, limit: int
    ) -> list[Any]:
        query = select(table).where(table.c.office.in_(offices))
        if after:
            query = query.where(table.c.id > after)
        return list(self.session.execute(query.order_by(table.c.id).limit(limit)))

    def turns_between(
        self,
        programme: str,
        roster: str,
        offices: Collection[str],
        from_: date,
        to: date,
    ) -> list[Turn]:
        columns = (turns.c.office, turns.c.day, turns.c.post)
        query = select(*columns).where(
            turns.c.programme == programme,
            turns.c.roster == roster,
            turns.c.office.in_(offices),
            turns.c.day.between(from_, to),
        )
        return [Turn(*row) for row in self.session.execute(query)]

    def logs_between(
        self,
        programme: str,
        roster: str,
        offices: Collection[str],
        from_: date,
        to: date,
    ) -> list[Log]:
        columns = ("office", "day", "post", "receptions", "entered")
        query = select(*(receptions.c[name] for name in columns)).where(
            receptions.c.programme == programme,
            receptions.c.roster == roster,
            receptions.c.office.in_(offices),
            receptions.c.day.between(from_, to),
        )
        return [Log(*row) for row in self.session.execute(query)]
