"""
Requests to the conference about which unit leads a case.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Index, or_

from services.assignment.domain.leaders.units import Coordination
from services.assignment.store.tables import metadata
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.storage.row_sets import one_of
from shared.web.paging import Page, PageRequest

coordinations = table_of(
    Coordination,
    "coordinations",
    metadata,
    Index("ix_coordinations_number", "number"),
    Index("ix_coordinations_office_id", "office", "id"),
    Index("ix_coordinations_to_id", "to", "id"),
)


class Coordinations(Records[Coordination]):
    """
    Requests to the conference.
    """

    table, record = coordinations, Coordination

    def lapse(self, numbers: Collection[str]) -> None:
        """
        Let what waits for the conference in the cases of these numbers lapse.
        """
        waits = coordinations.c.state == "requested"
        self.session.execute(
            coordinations.update()
            .where(one_of(coordinations.c.number, numbers), waits)
            .values(state="lapsed")
        )

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[Coordination]:
        """
        The requests these offices made or are to decide.
        """
        query = self.query().where(
            or_(coordinations.c.office.in_(offices), coordinations.c.to.in_(offices))
        )
        return self.page(query, request)
