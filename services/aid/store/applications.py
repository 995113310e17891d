"""
Every application for aid with its outcome.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select

from services.aid.domain.application import UNDECIDED, Application, State
from services.aid.store.tables import SEALED, applications, cases
from shared.records.sealed import SealedRecords
from shared.storage.name_locks import lock_name
from shared.web.paging import Page, PageRequest


class Applications(SealedRecords[Application]):
    """
    The applications for aid; what describes the person is encrypted.
    """

    table = applications
    record = Application
    sealed = SEALED

    def of_person(
        self, case_number: str, person: str, matter: str
    ) -> list[Application]:
        """
        The person's applications in the case, in those merged into it, and in the same
        matter at any office.
        """
        numbers = select(cases.c.number).where(
            or_(cases.c.number == case_number, cases.c.merged_into == case_number)
        )
        return self.all(
            self.query().where(
                applications.c.person == person,
                or_(
                    applications.c.case_number.in_(numbers),
                    applications.c.matter == matter,
                ),
            )
        )

    def offices_of(self, person: str, *, but: Collection[str]) -> frozenset[str]:
        """
        The offices at which the person has applied without being refused, *but* by
        these applications. Whoever applies for the same person at once waits.
        """
        # A lock on the person, not on a row: of a first application there is none, and
        # two offices may take one in at once.
        lock_name(self.session, f"aid.person/{person}")
        query = select(applications.c.office).distinct()
        offices = self.session.scalars(
            query.where(
                applications.c.person == person,
                applications.c.state != State.REFUSED,
                applications.c.id.not_in(but),
            )
        )
        return frozenset(offices)

    def of_case(self, number: str) -> list[Application]:
        query = self.query().where(applications.c.case_number == number)
        return self.all(query.order_by(applications.c.id))

    def follow(self, numbers: Collection[str]) -> None:
        """
        Pass the applications that wait for a decision to the office that has their case
        now.
        """
        self.session.execute(
            applications.update()
            .where(
                applications.c.case_number == cases.c.number,
                applications.c.case_number.in_(numbers),
                applications.c.state.in_(UNDECIDED),
            )
            .values(office=cases.c.office)
        )

    def of_ids(self, ids: Collection[str]) -> dict[str, Application]:
        rows = self.all(self.query().where(applications.c.id.in_(ids)))
        return {application.id: application for application in rows}

    def numbers_of(self, ids: Collection[str]) -> list[str]:
        """
        The numbers of the cases of these applications.
        """
        query = select(applications.c.case_number).where(applications.c.id.in_(ids))
        return list(self.session.scalars(query))

    def of_offices(
        self,
        offices: Collection[str],
        request: PageRequest,
        *,
        state: str | None = None,
        origin: str | None = None,
    ) -> Page[Application]:
        """
        The applications to *offices* in the order of their receipt.
        """
        query = self.query()
        if state:
            query = query.where(applications.c.state == state)
        if origin:
            query = query.where(applications.c.origin == origin)
        return self.page_of_offices(offices, query, request)
