"""
Requests to the conference about which unit leads a case.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Index,
    String,
    Table,
    Text,
    or_,
    select,
    update,
)

from services.assignment.domain.leaders.units import Coordination
from services.assignment.store.tables import metadata

coordinations = Table(
    "coordinations",
    metadata,
    Column("id", String, primary_key=True),
    Column("number", String, nullable=False),
    Column("programme", String, nullable=False),
    Column("office", String, nullable=False),
    Column("to", String, nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("disagreement", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("decided_on", Date),
    Column("lead", String),
    Column("opinion", Text),
    Index("ix_coordinations_number", "number"),
    Index("ix_coordinations_office_id", "office", "id"),
    Index("ix_coordinations_to_id", "to", "id"),
)


class Coordinations:
    """Requests to the conference, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, request: Coordination) -> None:
        self.session.execute(coordinations.insert().values(**asdict(request)))

    def get(self, number: str, *, lock: bool = False) -> Coordination | None:
        query = select(coordinations).where(coordinations.c.id == number)
        row = self.session.execute(query.with_for_update() if lock else query).first()
        return Coordination(*row) if row else None

    def put(self, request: Coordination) -> None:
        self.session.execute(
            update(coordinations)
            .where(coordinations.c.id == request.id)
            .values(**asdict(request))
        )

    def waiting(self, number: str) -> bool:
        """
        Whether a request about the case waits for its answer.
        """
        query = select(coordinations.c.id).where(
            coordinations.c.number == number, coordinations.c.decided_on.is_(None)
        )
        return self.session.execute(query.limit(1)).first() is not None

    def of(
        self, offices: Collection[str], after: str | None, limit: int
    ) -> list[Coordination]:
        """
        The requests these offices made or are to decide.
        """
        query = select(coordinations).where(
            or_(coordinations.c.office.in_(offices), coordinations.c.to.in_(offices))
        )
        if after:
            query = query.where(coordinations.c.id > after)
        rows = self.session.execute(query.order_by(coordinations.c.id).limit(limit))
        return [Coordination(*row) for row in rows]
