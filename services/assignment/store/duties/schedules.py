"""
The last day up to which each report schedule of a programme has been opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from services.assignment.store.tables import report_schedules


class ReportSchedules:
    """How far each report schedule has been opened, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def know(self, rows: Iterable[dict[str, Any]]) -> None:
        """
        Add those that were never seen.
        """
        listed = list(rows)
        if listed:
            self.session.execute(
                insert(report_schedules).values(listed).on_conflict_do_nothing()
            )

    def names(self) -> set[tuple[str, str]]:
        query = select(report_schedules.c.programme, report_schedules.c.schedule)
        return {(row.programme, row.schedule) for row in self.session.execute(query)}

    def furthest_behind(self, today: date) -> Any:
        """
        The schedule furthest behind, locked, or None; one that another replica has
        locked is passed over.
        """
        query = (
            select(report_schedules)
            .where(report_schedules.c.begun_until < today)
            .order_by(
                report_schedules.c.begun_until,
                report_schedules.c.programme,
                report_schedules.c.schedule,
            )
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return self.session.execute(query).first()

    def save(self, programme: str, schedule: str, begun_until: date) -> None:
        self.session.execute(
            update(report_schedules)
            .where(
                report_schedules.c.programme == programme,
                report_schedules.c.schedule == schedule,
            )
            .values(begun_until=begun_until)
        )
