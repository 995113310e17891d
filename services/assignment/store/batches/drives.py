"""
The drives, the cases in them, and how these stood.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Index, and_, or_, select, true

from services.assignment.domain.batches.drives import Drive, DriveCase
from services.assignment.domain.facts.closings import (
    CaseConcluded,
    CaseEnded,
    CaseReopened,
    CaseResolved,
)
from services.assignment.store.tables import enrolments, facts, matters, metadata
from shared.records.rows import Records
from shared.records.tables import table_of
from shared.web.paging import Page, PageRequest

drives = table_of(
    Drive,
    "drives",
    metadata,
    Index("ix_drives_office_id", "office", "id"),
)

drive_cases = table_of(
    DriveCase,
    "drive_cases",
    metadata,
    Index("ix_drive_cases_number", "number"),
    key=("drive", "number"),
)

_OUTCOMES = {
    CaseResolved.name: "resolved",
    CaseEnded.name: "ended",
    CaseConcluded.name: "concluded",
    CaseReopened.name: "open",
}


class Drives(Records[Drive]):
    """
    The drives of offices, within one transaction.
    """

    table, record = drives, Drive

    def of_offices(self, offices: Collection[str], request: PageRequest) -> Page[Drive]:
        """
        The drives that these offices hold, or that cases of theirs are in.
        """
        with_their_cases = select(drive_cases.c.drive).where(
            drive_cases.c.office.in_(offices)
        )
        query = self.query().where(
            or_(drives.c.office.in_(offices), drives.c.id.in_(with_their_cases))
        )
        return self.page(query, request)

    def busy(self, numbers: Collection[str], drive: Drive) -> dict[str, str]:
        """
        Which of the cases are in another drive at the time, or in this one already.
        """
        query = (
            select(drive_cases.c.number, drives.c.name)
            .join(drives, drives.c.id == drive_cases.c.drive)
            .where(
                drive_cases.c.number.in_(numbers),
                drives.c.start <= drive.until,
                drives.c.until >= drive.start,
            )
        )
        return {number: name for number, name in self.session.execute(query)}  # noqa: C416 - rows


class DriveCases(Records[DriveCase]):
    """
    The cases in drives, within one transaction.
    """

    table, record = drive_cases, DriveCase

    def page_of(
        self, drive: str, offices: Collection[str] | None, request: PageRequest
    ) -> Page[DriveCase]:
        query = self.query().where(drive_cases.c.drive == drive)
        if offices is not None:
            query = query.where(drive_cases.c.office.in_(offices))
        return self.page(query, request)

    def counted(self, drive: str) -> list[DriveCase]:
        """
        The cases of a drive that were not merged away, or withdrawn, since, also from
        its programme if that is not their own.
        """
        query = (
            self.query()
            .join(matters, matters.c.number == drive_cases.c.number)
            .join(drives, drives.c.id == drive_cases.c.drive)
            .outerjoin(
                enrolments,
                and_(
                    enrolments.c.number == drive_cases.c.number,
                    enrolments.c.programme == drives.c.programme,
                ),
            )
            .where(drive_cases.c.drive == drive, ~matters.c.merged)
            # Also NULL, which is a case whose own programme has the drive.
            .where(enrolments.c.merged.is_not(true()))
        )
        return self.all(query)

    def outcomes(self, drive: Drive, today: date) -> dict[str, str]:
        """
        How each case of a drive stood on its last day, or today, if it was closed or
        reopened since it began.
        """
        query = (
            select(facts.c.number, facts.c.type)
            # The last of these facts by day, and of one day as recorded, says how the
            # case stood.
            .distinct(facts.c.number)
            .join(drive_cases, drive_cases.c.number == facts.c.number)
            .where(
                drive_cases.c.drive == drive.id,
                facts.c.type.in_(_OUTCOMES),
                facts.c.occurred_on.between(drive.start, min(drive.until, today)),
            )
            .order_by(
                facts.c.number, facts.c.occurred_on.desc(), facts.c.position.desc()
            )
        )
        return {number: _OUTCOMES[kind] for number, kind in self.session.execute(query)}
