"""
The registers of hearing members.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from services.hearing.domain.members import Member
from services.hearing.store.tables import members
from shared.records.rows import Records
from shared.storage.name_locks import lock_name
from shared.storage.row_sets import one_of
from shared.web.paging import Page, PageRequest


class Members(Records[Member]):
    """
    The registers of hearing members, one of each office.
    """

    table = members
    record = Member

    def lock_register(self, office: str) -> None:
        """
        Lock the register and the days of *office* until the end of the transaction, so
        that two hearings never take the same member, place or chair.
        """
        # A lock on a name, not on rows: the free place that two hearings want has no
        # row.
        lock_name(self.session, f"hearing.register/{office}")

    def of_office(self, office: str, *, most: int) -> list[Member]:
        query = self.query().where(members.c.office == office)
        return self.all(query.order_by(members.c.number).limit(most))

    def of_numbers(self, office: str, numbers: Collection[str]) -> list[Member]:
        """
        The members of an office's register with these numbers.
        """
        known = one_of(members.c.number, numbers)
        return self.all(self.query().where(members.c.office == office, known))

    def count(self, office: str) -> int:
        query = select(func.count()).where(members.c.office == office)
        return int(self.session.execute(query).scalar_one())

    def of_offices(
        self, offices: Collection[str], request: PageRequest, *, status: str | None
    ) -> Page[Member]:
        query = self.query()
        if status:
            query = query.where(members.c.status == status)
        return self.page_of_offices(offices, query, request)
