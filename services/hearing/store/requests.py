"""
The requests of parties for a hearing.
"""

from __future__ import annotations

from collections.abc import Collection

from services.hearing.domain.requests import HearingRequest, RequestState
from services.hearing.store.tables import cases, requests
from shared.records.rows import Records
from shared.web.paging import Page, PageRequest


class Requests(Records[HearingRequest]):
    """
    The requests of parties for a hearing.
    """

    table = requests
    record = HearingRequest

    def of_offices(
        self, offices: Collection[str], request: PageRequest, *, state: str | None
    ) -> Page[HearingRequest]:
        query = self.query()
        if state:
            query = query.where(requests.c.state == state)
        return self.page_of_offices(offices, query, request)

    def follow(self, numbers: Collection[str]) -> None:
        """
        Let the open requests in cases be answered by the office that has the case now.
        """
        self.session.execute(
            requests.update()
            .where(
                requests.c.case_number == cases.c.number,
                requests.c.case_number.in_(numbers),
                requests.c.state == RequestState.OPEN,
            )
            .values(office=cases.c.office)
        )
