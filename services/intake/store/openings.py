"""
The read log: who opened what is sealed, and what for.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Index

from services.intake.domain.openings import Opening
from services.intake.store.tables import metadata
from shared.records.newest import read_log
from shared.records.sealed import SealedRecords
from shared.records.tables import table_of
from shared.web.paging import Page, PageRequest

_PURPOSE = ("purpose",)

openings = table_of(
    Opening,
    "openings",
    metadata,
    Index("ix_openings_office", "office", "opened_on", "id"),
    Index("ix_openings_opened_on", "opened_on", "id"),
    sealed=_PURPOSE,
)


class Openings(SealedRecords[Opening]):
    """
    The read log.
    """

    table = openings
    record = Opening
    sealed = _PURPOSE

    def of_offices(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        since: date | None = None,
        until: date | None = None,
        actor: str | None = None,
    ) -> Page[Opening]:
        """
        The openings by offices on days *since* .. *until*, the newest first.
        """
        return read_log(
            self,
            request,
            openings.c.opened_on,
            offices=offices,
            since=since,
            until=until,
            only=[openings.c.actor == actor] if actor else [],
        )
