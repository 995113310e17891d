"""
The reports of closing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Connection,
    select,
    update,
)

from services.assignment.domain.closing import Closing
from services.assignment.store.tables import closings


class Closings:
    """The reports of closing, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, closing: Closing) -> None:
        self.session.execute(closings.insert().values(**_plain(closing)))

    def get(self, number: str, *, lock: bool = False) -> Closing | None:
        query = select(closings).where(closings.c.id == number)
        row = self.session.execute(query.with_for_update() if lock else query).first()
        return _closing(row) if row else None

    def of_matter(self, number: str) -> list[Closing]:
        query = select(closings).where(closings.c.number == number)
        return [
            _closing(r) for r in self.session.execute(query.order_by(closings.c.id))
        ]

    def put(self, changed: Closing) -> None:
        self.session.execute(
            update(closings)
            .where(closings.c.id == changed.id)
            .values(**_plain(changed))
        )


def _plain(closing: Closing) -> dict[str, Any]:
    lists = ("dispositions", "measures", "checklist")
    return {**vars(closing), **{name: list(getattr(closing, name)) for name in lists}}


def _closing(row: Any) -> Closing:
    kept = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    for name in ("dispositions", "measures", "checklist"):
        kept[name] = tuple(kept[name])
    return Closing(**kept)
