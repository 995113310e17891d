"""
Who was to receive people, and how often they did: counts and posts only.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TypeVar

from sqlalchemy import Index, Table

from services.assignment.domain.activities.rosters import Log, RosterSlot
from services.assignment.store.tables import metadata
from shared.records import Records, table_of
from shared.web.paging import Page, PageRequest

T = TypeVar("T", bound=RosterSlot)


def _table(record: type[RosterSlot], name: str) -> Table:
    day = ("programme", "roster", "office", "day", "post")
    return table_of(
        record,
        name,
        metadata,
        Index(f"uq_{name}_day", *day, unique=True),
        Index(f"ix_{name}_office_id", "office", "id"),
    )


roster_slots = _table(RosterSlot, "roster_slots")
receptions = _table(Log, "receptions")


class _OfDays(Records[T]):
    """
    Records of which a post of an office has at most one a day.
    """

    def of_offices(self, offices: Collection[str], request: PageRequest) -> Page[T]:
        query = self.query().where(self.table.c.office.in_(offices))
        return self.page(query, request)

    def between(
        self,
        programme: str,
        roster: str,
        offices: Collection[str],
        from_: date,
        to: date,
    ) -> list[T]:
        """
        The records of one roster from one day to another, both included.
        """
        columns = self.table.c
        return self.all(
            self.query().where(
                columns.programme == programme,
                columns.roster == roster,
                columns.office.in_(offices),
                columns.day.between(from_, to),
            )
        )


class RosterSlots(_OfDays[RosterSlot]):
    """
    Who is to receive people.
    """

    table, record = roster_slots, RosterSlot


class Logs(_OfDays[Log]):
    """
    How often posts received people.
    """

    table, record = receptions, Log
