"""
Applications for lawful endings, and the help handed over after them.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Index, or_

from services.assignment.domain.closings.endings import LAPSED, Ending, HandOver
from services.assignment.store.tables import metadata
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.storage.row_sets import one_of
from shared.web.paging import Page, PageRequest

endings = table_of(
    Ending,
    "endings",
    metadata,
    Index("ix_endings_number", "number"),
    Index("ix_endings_office_id", "office", "id"),
    Index(
        "ix_endings_decider_id",
        "decider",
        "id",
        postgresql_where="decider IS NOT NULL",
    ),
)
hand_overs = table_of(
    HandOver,
    "hand_overs",
    metadata,
    Index("ix_hand_overs_number", "number"),
    Index("ix_hand_overs_office_id", "office", "id"),
    Index(
        "ix_hand_overs_to_office_id",
        "to_office",
        "id",
        postgresql_where="to_office IS NOT NULL",
    ),
)


class Endings(Records[Ending]):
    """
    Applications for lawful endings.
    """

    table, record = endings, Ending

    def of_matter(self, number: str) -> list[Ending]:
        """
        The applications about a case, the last one last.
        """
        query = self.query().where(endings.c.number == number)
        return self.all(query.order_by(endings.c.id))

    def lapse(self, numbers: Collection[str]) -> None:
        """
        Let what waits in the cases of these numbers lapse: no level is to decide on it.
        """
        self.session.execute(
            endings.update()
            .where(one_of(endings.c.number, numbers), endings.c.state == "waiting")
            .values(state=LAPSED, level=None, decider=None)
        )

    def of_offices(
        self, offices: Collection[str], state: str | None, request: PageRequest
    ) -> Page[Ending]:
        """
        What these offices applied for or are to decide.
        """
        query = self.query().where(
            or_(endings.c.office.in_(offices), endings.c.decider.in_(offices))
        )
        if state:
            query = query.where(endings.c.state == state)
        return self.page(query, request)


class HandOvers(Records[HandOver]):
    """
    Help that was handed over.
    """

    table, record = hand_overs, HandOver

    def of_matter(self, number: str) -> list[HandOver]:
        """
        What was handed over in a case, the last one last.
        """
        query = self.query().where(hand_overs.c.number == number)
        return self.all(query.order_by(hand_overs.c.id))

    def of_offices(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        received: bool | None = None,
    ) -> Page[HandOver]:
        """
        What these offices handed over or were handed.
        """
        query = self.query().where(
            or_(hand_overs.c.office.in_(offices), hand_overs.c.to_office.in_(offices))
        )
        if received is not None:
            receipt = hand_overs.c.receipt_on
            query = query.where(receipt.is_not(None) if received else receipt.is_(None))
        return self.page(query, request)
