"""
The moves of cases between offices.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Index, func, or_, select, update

from services.assignment.domain.case_offices import CaseMove, HandedRound
from services.assignment.store.batches.drives import drive_cases, drives
from services.assignment.store.tables import matters, metadata
from shared.records.pages import read_page
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.web.paging import Page, PageRequest

case_moves = table_of(
    CaseMove,
    "case_moves",
    metadata,
    Index("ix_case_moves_number", "number"),
    Index("ix_case_moves_from_office_id", "from_office", "id"),
    Index("ix_case_moves_to_office_id", "to_office", "id"),
)


class CaseMoves(Records[CaseMove]):
    """
    The moves of cases, within one transaction; they are only ever added.
    """

    table, record = case_moves, CaseMove

    def of_case(self, number: str) -> list[CaseMove]:
        """
        The moves of a case, the first one first.
        """
        query = self.query().where(case_moves.c.number == number)
        return self.all(query.order_by(case_moves.c.id))

    def of_offices(
        self, offices: Collection[str], request: PageRequest
    ) -> Page[CaseMove]:
        """
        The moves to and from these offices.
        """
        query = self.query().where(
            or_(
                case_moves.c.from_office.in_(offices),
                case_moves.c.to_office.in_(offices),
            )
        )
        return self.page(query, request)

    def handed_round(
        self,
        offices: Collection[str],
        programme: str,
        at_least: int,
        request: PageRequest,
    ) -> Page[HandedRound]:
        """
        The cases of these offices that moved so often (DY-32).
        """
        query = (
            select(
                matters.c.number,
                matters.c.office,
                matters.c.programme,
                func.count().label("moves"),
                func.max(case_moves.c.moved_on).label("last_on"),
            )
            .join(case_moves, case_moves.c.number == matters.c.number)
            .where(matters.c.office.in_(offices), matters.c.programme == programme)
            .group_by(matters.c.number)
            .having(func.count() >= at_least)
        )
        page = read_page(self.session, query, request, [matters.c.number])
        return page.map(lambda row: HandedRound(**row._asdict()))

    def take_along(self, numbers: Collection[str], on: date) -> None:
        """
        Let cases be of the office that has them now in the drives that have not ended.
        """
        # What a drive has reported once it is over stays with the office that had the
        # case then.
        running = select(drives.c.id).where(drives.c.until >= on)
        self.session.execute(
            update(drive_cases)
            .where(
                drive_cases.c.number == matters.c.number,
                drive_cases.c.number.in_(numbers),
                drive_cases.c.drive.in_(running),
            )
            .values(office=matters.c.office)
        )
