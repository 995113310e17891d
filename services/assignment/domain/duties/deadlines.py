"""
How a due day is counted: the limit of the rule, and what signed records changed.

The calendar knows days and limits; here are the days that are not counted (A-37), the
days granted on top (A-38) and another day set by the handing office (JZ-22).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from shared.policy.calendar import ONE_DAY, Calendar, DayNote, Due, Limit, Unit

Pause = tuple[date, date]
"""
From the first day that is not counted to the day that counts again.
"""


@dataclass(frozen=True)
class Deadline:
    """
    What a due day is counted from.

    *start* and *limit*, or a *day* fixed by rule or ledger; then *pauses*, and *more*
    days granted; *instead* replaces all of these. It is not due before *not_before*,
    the time that the programme gives to an office that takes a case over.
    """

    start: date
    limit: Limit | None
    day: date
    pauses: tuple[Pause, ...] = ()
    more: int = 0
    instead: date | None = None
    not_before: date | None = None

    def basis(self) -> str:
        """
        Return a text that is equal for two deadlines that differ only by the calendar.
        """
        rule = f"{self.start} {self.limit}" if self.limit else f"{self.day}"
        stops = "".join(f" -{off}/{on}" for off, on in self.pauses)
        extra = f" +{self.more}" if self.more else ""
        floor = f" >={self.not_before}" if self.not_before else ""
        if self.instead:
            return f"={self.instead}{floor}"
        return f"{rule}{stops}{extra}{floor}"

    def due(self, calendar: Calendar) -> Due:
        """
        The last day in time.
        """
        due = self._by_rule(calendar)
        if self.not_before is None or due.day >= self.not_before:
            return due
        return Due(self.not_before, provisional=self.not_before > calendar.horizon)

    def _by_rule(self, calendar: Calendar) -> Due:
        if self.instead is not None:
            return Due(self.instead, provisional=False)
        due = self._counted(calendar)
        if not self.more:
            return due
        return self._rolled(due.day + timedelta(days=self.more), calendar)

    def _counted(self, calendar: Calendar) -> Due:
        if self.limit is None:
            pause_days = sum(((on - off).days for off, on in self.pauses), start=0)
            return Due(self.day + timedelta(days=pause_days), provisional=False)
        if not self.pauses:
            return calendar.due(self.start, self.limit)
        *_, last = self._each_day(self.limit, calendar)
        return self._rolled(last.day, calendar)

    def _rolled(self, day: date, calendar: Calendar) -> Due:
        if self.limit is None:
            return Due(day, provisional=False)
        rolls = self.limit.roll
        while rolls and not calendar.is_working_day(day):
            day += ONE_DAY
        by_calendar = rolls or self.limit.unit is Unit.WORKING
        return Due(day, provisional=by_calendar and day > calendar.horizon)

    def _each_day(self, limit: Limit, calendar: Calendar) -> Iterator[DayNote]:
        """
        Each day after the start to the last one counted, those of pauses left out.
        """
        remaining = limit.amount
        if limit.unit is Unit.MONTH:
            # Months have no fixed number of days: count those to the same day of the
            # last month, without rolling, which comes at the end.
            bare = replace(limit, roll=False)
            remaining = (calendar.due(self.start, bare).day - self.start).days
        day = self.start
        while remaining:
            day += ONE_DAY
            rests = limit.unit is Unit.WORKING and not calendar.is_working_day(day)
            stands = _stands_still(day, self.pauses)
            why = "期限中止，不计" if stands else "非工作日，不计" if rests else "计入"
            remaining -= not (stands or rests)
            yield DayNote(day, counted=not (stands or rests), why=why)

    def explain(self, calendar: Calendar) -> tuple[DayNote, ...]:
        """
        Each day from the start to the due day: counted or not, and why.
        """
        due = self._by_rule(calendar).day
        if self.not_before is not None and self.not_before > due:
            bare = replace(self, not_before=None).explain(calendar)
            why = "案件移交，接办单位另有办理时间，计入"
            days = range(1, (self.not_before - due).days + 1)
            extra_days = (
                DayNote(due + ONE_DAY * n, counted=True, why=why) for n in days
            )
            return (*bare, *extra_days)
        if self.instead is not None:
            return (DayNote(due, counted=True, why="按另行确定的期限"),)
        if self.limit is None:
            notes = [DayNote(self.day, counted=True, why="规定的日期")]
        elif self.pauses:
            started = DayNote(self.start, counted=False, why="起算日不计")
            notes = [started, *self._each_day(self.limit, calendar)]
        else:
            notes = [*calendar.explain(self.start, self.limit)]
        return (*notes, *self._after(notes[-1].day, calendar))

    def _after(self, last: date, calendar: Calendar) -> Iterator[DayNote]:
        """
        The days from the last one counted to the due day.
        """
        base = replace(self, more=0, not_before=None).due(calendar).day
        granted = base + timedelta(days=self.more)
        stood = "顺延至工作日" if self.limit else "期限中止，相应顺延"
        due = self._by_rule(calendar).day
        day = last
        while day < due:
            day += ONE_DAY
            extra = base < day <= granted
            why = "批准延长，计入" if extra else stood
            yield DayNote(day, counted=extra, why=why)


def _stands_still(day: date, pauses: Iterable[Pause]) -> bool:
    return any(off <= day < on for off, on in pauses)
