"""
The read log of a service: who read what is sealed, and what for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Index, MetaData, Table

from shared.records.newest import read_log
from shared.records.sealed import SealedRecords
from shared.records.tables import table_of
from shared.web.paging import Page, PageRequest

_PURPOSE = ("purpose",)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Opening:
    """
    Somebody read what is sealed of *number*: who of the handling office, when, and what
    for. The whole ledger of an office has the code of its programme for a *number*, the
    rows of one that came back the id of its import, an application for aid its own id.
    Rows of the read log are added only.
    """

    id: str
    number: str
    office: str
    actor: str
    token: str
    purpose: str
    opened_on: date
    opened_at: datetime


def openings_table(
    metadata: MetaData, name: str = "openings", record: type[Any] = Opening
) -> Table:
    """
    Define a read log in a service's schema; what for may name people, and is sealed.
    """
    return table_of(
        record,
        name,
        metadata,
        Index(f"ix_{name}_office", "office", "opened_on", "id"),
        Index(f"ix_{name}_opened_on", "opened_on", "id"),
        sealed=_PURPOSE,
    )


class ReadLog(SealedRecords[T]):
    """
    A read log in the *table* of one service, whose rows say by whom of which office,
    when and what for, as those of `Opening` do.
    """

    sealed = _PURPOSE

    def __init__(self, session: Connection, table: Table) -> None:
        super().__init__(session)
        self.table = table

    def of_offices(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        since: date | None = None,
        until: date | None = None,
        actor: str | None = None,
    ) -> Page[T]:
        """
        The openings by offices on days *since* .. *until*, the newest first.
        """
        return read_log(
            self,
            request,
            self.table.c.opened_on,
            offices=offices,
            since=since,
            until=until,
            only=[self.table.c.actor == actor] if actor else [],
        )


class Openings(ReadLog[Opening]):
    """
    The read log of what is sealed in records.
    """

    record = Opening
