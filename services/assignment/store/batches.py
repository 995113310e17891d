"""
The batches handed down, and the filings received.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import (
    Connection,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from services.assignment.store.tables import batches, filings


class Batches:
    """The batches handed down and the filings received, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, **values: Any) -> bool:
        """
        Keep a batch; False if the office has used this letter number before.
        """
        added = self.session.execute(
            insert(batches)
            .values(**values)
            .on_conflict_do_nothing()
            .returning(batches.c.id)
        )
        return added.first() is not None

    def get(self, number: str, *, lock: bool = False) -> Any:
        query = select(batches).where(batches.c.id == number)
        return self.session.execute(query.with_for_update() if lock else query).first()

    def receive(self, number: str, office: str, on: date) -> None:
        received = func.jsonb_build_object(office, on.isoformat())
        self.session.execute(
            update(batches)
            .where(batches.c.id == number)
            .values(receipts=batches.c.receipts.op("||")(received))
        )

    def of(self, offices: Collection[str], after: str | None, limit: int) -> list[Any]:
        """
        The batches these offices handed down or are responsible for.
        """
        query = select(batches).where(
            or_(
                batches.c.office.in_(offices),
                batches.c.offices.overlap(list(offices)),
            )
        )
        if after:
            query = query.where(batches.c.id > after)
        return list(self.session.execute(query.order_by(batches.c.id).limit(limit)))

    def add_filing(self, **values: Any) -> None:
        self.session.execute(filings.insert().values(**values))

    def filings_of(
        self, offices: Iterable[str], after: str | None, limit: int
    ) -> list[Any]:
        query = select(filings).where(filings.c.office.in_(offices))
        if after:
            query = query.where(filings.c.id > after)
        return list(self.session.execute(query.order_by(filings.c.id).limit(limit)))
