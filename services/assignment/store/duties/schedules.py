"""
The last day up to which each report schedule of a programme has been opened.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy.dialects.postgresql import insert

from services.assignment.domain.duties.recurrence import ScheduleBegun
from services.assignment.store.tables import report_schedules
from shared.records.rows import Records
from shared.records.tables import row_of


class ReportSchedules(Records[ScheduleBegun]):
    """How far each report schedule has been opened, within one transaction."""

    table = report_schedules
    record = ScheduleBegun

    def know(self, declared: Collection[ScheduleBegun]) -> None:
        """
        Add those that were never seen.
        """
        if declared:
            rows = [row_of(each) for each in declared]
            self.session.execute(
                insert(report_schedules).values(rows).on_conflict_do_nothing()
            )

    def names(self) -> set[tuple[str, str]]:
        return {(each.programme, each.schedule) for each in self.all(self.query())}

    def furthest_behind(self, today: date) -> ScheduleBegun | None:
        """
        The schedule furthest behind, locked, or None; one that another replica has
        locked is passed over.
        """
        query = (
            self.query()
            .where(report_schedules.c.begun_until < today)
            .order_by(
                report_schedules.c.begun_until,
                report_schedules.c.programme,
                report_schedules.c.schedule,
            )
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return self.one(query)
