"""
The reports of closing and their signatures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import String, exists, literal, select

from services.assignment.domain.closings.closing import Closing, Signature
from services.assignment.store.tables import closing_signatures, closings, matters
from shared.records.by_office import read_by_office
from shared.records.rows import Records
from shared.records.tables import columns_of, row_of
from shared.vocabulary import PendingClosing, Standing
from shared.web.paging import Page, PageRequest

_STANDING = {
    PendingClosing.SUBMITTED: Standing.SUBMITTED,
    PendingClosing.RETURNED: Standing.OPEN,
}
"""
How a case stands whose last report is in a state, and that can go on.
"""


class Closings(Records[Closing]):
    """The reports of closing, within one transaction."""

    table = closings
    record = Closing

    def get(self, *key: Any, lock: bool = False) -> Closing | None:
        closing = super().get(*key, lock=lock)
        return self._signed([closing])[0] if closing else None

    def of_matter(self, number: str) -> list[Closing]:
        query = self.query().where(closings.c.number == number)
        return self._signed(self.all(query.order_by(closings.c.id)))

    def last_of_offices(
        self, offices: Collection[str], state: PendingClosing, request: PageRequest
    ) -> Page[Closing]:
        """
        The last reports of the cases that these offices have, in one state, office by
        office; none of a case in which nothing can follow, since it was merged away,
        withdrawn or struck off.
        """
        later = closings.alias()
        query = (
            self.query()
            .join(matters, matters.c.number == closings.c.number)
            .where(
                matters.c.is_case,
                ~matters.c.merged,
                matters.c.standing == _STANDING[state],
                # Written out, so that the index of those sent back can be used.
                closings.c.state == literal(state.value, String, literal_execute=True),
                ~exists().where(
                    # Ids are UUIDv7 and rise with time: the last report has the
                    # highest.
                    later.c.number == closings.c.number,
                    later.c.id > closings.c.id,
                ),
            )
        )
        page = read_by_office(
            self.session,
            query,
            request,
            [closings.c.id],
            office=matters.c.office,
            offices=offices,
        )
        return replace(page, items=self._signed([*map(_report, page.items)]))

    def brought(self, identity: str) -> frozenset[str]:
        """
        The ids of the filed documents that a closing brings, and of the pages that
        carry its signatures.
        """
        report = self.get(identity)
        papers = report.papers if report else ()
        return frozenset(each.document_id for each in papers if each.document_id)

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
        signatures = defaultdict(list)
        for closing, *fields in self.session.execute(query) if reports else ():
            signatures[closing].append(Signature(*fields))
        return [
            replace(each, signatures=tuple(signatures[each.id])) for each in reports
        ]


def _report(row: Any) -> Closing:
    columns = row._asdict()
    del columns["office"]  # of the case, by which pages are cut
    return Closing(**columns)
