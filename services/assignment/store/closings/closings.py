"""
The reports of closing and their signatures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from services.assignment.domain.closings.closing import Closing, Signature
from services.assignment.store.tables import (
    closing_signatures,
    closings,
    closings_to_restate,
)
from shared.records.rows import Records
from shared.records.tables import columns_of, row_of
from shared.storage.row_sets import one_of


class Closings(Records[Closing]):
    """The reports of closing, within one transaction."""

    table = closings
    record = Closing

    def get(self, *key: Any, lock: bool = False) -> Closing | None:
        found = super().get(*key, lock=lock)
        return self._signed([found])[0] if found else None

    def of_matter(self, number: str) -> list[Closing]:
        query = self.query().where(closings.c.number == number)
        return self._signed(self.all(query.order_by(closings.c.id)))

    def brought(self, identities: Collection[str]) -> dict[str, tuple[str, ...]]:
        """
        The ids of the filed documents that each of these closings brings, and of the
        pages that carry its signatures.
        """
        reports = self.all(self.query().where(one_of(closings.c.id, identities)))
        return {
            report.id: tuple(
                each.document_id for each in report.papers if each.document_id
            )
            for report in self._signed(reports)
        }

    def sign(self, closing: Closing, signature: Signature) -> Closing:
        """
        The closing with one signature more.
        """
        place = {"closing": closing.id, "position": len(closing.signatures) + 1}
        self.session.execute(closing_signatures.insert(), place | row_of(signature))
        return replace(closing, signatures=(*closing.signatures, signature))

    def values(self, record: Closing) -> dict[str, Any]:
        values = super().values(record)
        del values["signatures"]
        return values

    def _signed(self, reports: Sequence[Closing]) -> list[Closing]:
        query = (
            select(
                closing_signatures.c.closing, *columns_of(closing_signatures, Signature)
            )
            .where(closing_signatures.c.closing.in_([each.id for each in reports]))
            .order_by(closing_signatures.c.closing, closing_signatures.c.position)
        )
        given = defaultdict(list)
        for closing, *fields in self.session.execute(query) if reports else ():
            given[closing].append(Signature(*fields))
        return [replace(each, signatures=tuple(given[each.id])) for each in reports]


class ClosingsToRestate:
    """The cases whose closing is still to be restated, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def take(self, most: int, tries: int) -> dict[str, int]:
        """
        Up to so many of the cases that failed less often than *tries*, those that never
        did first, each with how often it did; removed: their transaction restates their
        closings. Those that another replica has are passed over.
        """
        waits = closings_to_restate.c
        free = select(waits.number).where(waits.tries < tries)
        free = free.order_by(waits.tries, waits.number).limit(most)
        taken = delete(closings_to_restate).where(
            waits.number.in_(free.with_for_update(skip_locked=True))
        )
        rows = self.session.execute(taken.returning(waits.number, waits.tries))
        return {row.number: row.tries for row in rows}

    def retry(self) -> None:
        """
        Let each be tried again as if it had never failed.
        """
        failed = update(closings_to_restate).where(closings_to_restate.c.tries > 0)
        self.session.execute(failed.values(tries=0))

    def given_up(self, tries: int) -> int:
        """
        How many failed so often that they are tried no more.
        """
        query = select(func.count()).where(closings_to_restate.c.tries >= tries)
        return self.session.execute(query).scalar_one()

    def put_back(self, failed: Mapping[str, int]) -> None:
        """
        Keep these, each with how often it has failed.
        """
        if failed:
            rows = [{"number": n, "tries": tries} for n, tries in failed.items()]
            self.session.execute(closings_to_restate.insert(), rows)
