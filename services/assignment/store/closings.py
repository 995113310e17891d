"""
The reports of closing and their signatures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    Connection,
    select,
    update,
)

from services.assignment.domain.closings.closing import Closing, Signature
from services.assignment.store.tables import closing_signatures, closings

_LISTS = ("dispositions", "measures", "documents", "checklist", "return_reasons")


class Closings:
    """The reports of closing, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, closing: Closing) -> None:
        self.session.execute(closings.insert().values(**_plain(closing)))

    def get(self, number: str, *, lock: bool = False) -> Closing | None:
        query = select(closings).where(closings.c.id == number)
        query = query.with_for_update() if lock else query
        closings_ = self._signed(self.session.execute(query))
        return closings_[0] if closings_ else None

    def of_matter(self, number: str) -> list[Closing]:
        query = select(closings).where(closings.c.number == number)
        return self._signed(self.session.execute(query.order_by(closings.c.id)))

    def put(self, changed: Closing) -> None:
        self.session.execute(
            update(closings)
            .where(closings.c.id == changed.id)
            .values(**_plain(changed))
        )

    def sign(self, closing: Closing, signature: Signature) -> Closing:
        """
        The closing with one signature more.
        """
        self.session.execute(
            closing_signatures.insert().values(
                closing=closing.id,
                position=len(closing.signatures) + 1,
                **vars(signature),
            )
        )
        return replace(closing, signatures=(*closing.signatures, signature))

    def _signed(self, rows: Iterable[Any]) -> list[Closing]:
        closings_ = [_closing(row) for row in rows]
        query = (
            select(closing_signatures)
            .where(
                closing_signatures.c.closing.in_([closing.id for closing in closings_])
            )
            .order_by(closing_signatures.c.closing, closing_signatures.c.position)
        )
        given = defaultdict(list)
        for row in self.session.execute(query) if closings_ else ():
            fields = row._asdict()
            del fields["position"]
            given[fields.pop("closing")].append(Signature(**fields))
        return [
            replace(closing, signatures=tuple(given[closing.id]))
            for closing in closings_
        ]


def _plain(closing: Closing) -> dict[str, Any]:
    lists = {name: list(getattr(closing, name)) for name in _LISTS}
    plain = {**vars(closing), **lists}
    del plain["signatures"]
    return plain


def _closing(row: Any) -> Closing:
    fields = row._asdict()
    return Closing(**fields | {name: tuple(fields[name]) for name in _LISTS})
