"""
The batches handed down and what is in them, objections; filings received.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from services.assignment.domain.batches.batches import Objection, Said
from services.assignment.store.tables import batches, filings, metadata

batch_items = Table(
    "batch_items",
    metadata,
    Column("batch", ForeignKey(batches.c.id), primary_key=True),
    Column("number", String, primary_key=True),
    Column("office", String, nullable=False),
    Column("state", String, nullable=False),
    Column("left_on", Date),
    Column("reason", Text),
    Index("ix_batch_items_number", "number"),
)

objections = Table(
    "objections",
    metadata,
    Column("id", String, primary_key=True),
    Column("batch", ForeignKey(batches.c.id), nullable=False),
    Column("number", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("office", String, nullable=False),
    Column("decider", String, nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("due_on", Date),
    Column("reasons", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("course", JSONB, nullable=False),
    Index("uq_objections_batch_number", "batch", "number", unique=True),
    Index("ix_objections_office_id", "office", "id"),
    Index("ix_objections_decider_id", "decider", "id"),
)


class Batches:
    """The batches handed down and the filings received, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, cases: Iterable[Any], **values: Any) -> bool:
        """
        Keep a batch; False if the office has used this letter number before.
        """
        added = self.session.execute(
            insert(batches)
            .values(**values)
            .on_conflict_do_nothing()
            .returning(batches.c.id)
        )
        if added.first() is None:
            return False
        items = [
            {
                "batch": values["id"],
                "number": case.number,
                "office": case.office,
                "state": "handed",
            }
            for case in cases
        ]
        self.session.execute(batch_items.insert(), items)
        return True

    def get(self, number: str, *, lock: bool = False) -> Any:
        query = select(batches).where(batches.c.id == number)
        return self.session.execute(query.with_for_update() if lock else query).first()

    def items(self, batch: str) -> list[Any]:
        query = select(batch_items).where(batch_items.c.batch == batch)
        return list(self.session.execute(query.order_by(batch_items.c.number)))

    def leave(
        self, batch: str, numbers: Collection[str], *, state: str, on: date, reason: str
    ) -> None:
        """
        Cases are in the batch no longer; that they were stays on record.
        """
        self.session.execute(
            update(batch_items)
            .where(batch_items.c.batch == batch, batch_items.c.number.in_(numbers))
            .values(state=state, left_on=on, reason=reason)
        )

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


class Objections:
    """Objections to what was handed down, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, raised: Objection) -> bool:
        """
        Keep an objection; False if one was raised about the case in this batch.
        """
        added = self.session.execute(
            insert(objections)
            .values(**_kept(raised))
            .on_conflict_do_nothing()
            .returning(objections.c.id)
        )
        return added.first() is not None

    def get(self, number: str, *, lock: bool = False) -> Objection | None:
        query = select(objections).where(objections.c.id == number)
        row = self.session.execute(query.with_for_update() if lock else query).first()
        return _objection(row) if row else None

    def about(self, batch: str, numbers: Collection[str]) -> list[Objection]:
        """
        What was raised about cases in a batch, locked.
        """
        query = select(objections).where(
            objections.c.batch == batch, objections.c.number.in_(numbers)
        )
        rows = self.session.execute(query.order_by(objections.c.id).with_for_update())
        return [_objection(row) for row in rows]

    def put(self, changed: Objection) -> None:
        self.session.execute(
            update(objections)
            .where(objections.c.id == changed.id)
            .values(**_kept(changed))
        )

    def of(
        self, offices: Collection[str], after: str | None, limit: int
    ) -> list[Objection]:
        """
        The objections these offices raised or are to decide.
        """
        query = select(objections).where(
            or_(objections.c.office.in_(offices), objections.c.decider.in_(offices))
        )
        if after:
            query = query.where(objections.c.id > after)
        rows = self.session.execute(query.order_by(objections.c.id).limit(limit))
        return [_objection(row) for row in rows]


def _kept(objection: Objection) -> dict[str, Any]:
    course = [[s.on.isoformat(), s.state, s.by, s.reasons] for s in objection.course]
    return {**vars(objection), "course": course}


def _objection(row: Any) -> Objection:
    kept = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    course = (Said(date.fromisoformat(on), *said) for on, *said in kept.pop("course"))
    return Objection(**kept, course=tuple(course))
