"""
Counts days, working days and months, with the reason why each day counts or not.

Public holidays and make-up days come from `chinesecalendar` (the State Council's
yearly notices) and from the override file of a jurisdiction. What is due, and why, is
the business of the programme.
"""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Self

from chinese_calendar.constants import Holiday, holidays, workdays

from shared.errors import Problem
from shared.yaml.decode import Decoder, duplicates, problem_in
from shared.yaml.load import ConfigurationError, read_yaml

ONE_DAY = timedelta(days=1)
SATURDAY = 5
_REMEMBERED = 20_000  # due days; callers of the calculator choose which
WRITTEN = re.compile(r"([1-9]\d{0,3})([NWM])( roll)?")


class Unit(StrEnum):
    """
    How a limit is counted; the letters are those used in the programmes.
    """

    NATURAL = "N"
    WORKING = "W"
    MONTH = "M"


@dataclass(frozen=True)
class Limit:
    """
    A length of time set by a rule: `7N`, `10W`, `3M roll`.

    `roll`: a limit that ends on a day off ends on the next working day
    (刑诉 105, 民诉 85, 民法典 203).
    """

    amount: int
    unit: Unit
    roll: bool = False

    @classmethod
    def parse(cls, written: str) -> Self:
        """
        Raises:
            ValueError: not a number, a unit N, W or M, and perhaps "roll".
        """
        match = WRITTEN.fullmatch(written) if isinstance(written, str) else None
        if match is None:
            raise ValueError(
                "应写成 7N（七日）、7N roll（七日，末日遇节假日顺延）、"
                "10W（十个工作日）、3M（三个月）或 3M roll。"
            )
        amount, unit, roll = match.groups()
        return cls(int(amount), Unit(unit), roll=roll is not None)

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}{' roll' if self.roll else ''}"


@dataclass(frozen=True)
class Due:
    """
    The last day in time; provisional when it lies past the published holidays.
    """

    day: date
    provisional: bool


@dataclass(frozen=True)
class DayNote:
    """
    What one day meant for a limit.
    """

    day: date
    counted: bool
    why: str


@dataclass(frozen=True)
class Override:
    """
    A day that an authority made a day off or a working day, and by which document.
    """

    day: date
    working: bool
    reason: str
    document: str


@dataclass(frozen=True)
class StatutoryDay:
    """
    A public holiday that the regulation fixes by its date, year after year.
    """

    month: int
    day: int
    title: str
    source: str

    @property
    def of_year(self) -> tuple[int, int]:
        return self.month, self.day

    def problems(self) -> Iterator[Problem]:
        try:
            date(2000, self.month, self.day)
        except ValueError:
            message = f"没有 {self.month} 月 {self.day} 日这一天。"
            yield problem_in(self, "day", "wrong_type", message, "请改正。")


@dataclass(frozen=True)
class Jurisdiction:
    """
    The file of one jurisdiction: days that an authority ordered, and the holidays
    fixed by statute, for the years of which no notice is known yet.
    """

    jurisdiction: str
    title: str
    overrides: tuple[Override, ...] = ()
    statutory: tuple[StatutoryDay, ...] = ()

    def problems(self) -> Iterator[Problem]:
        yield from duplicates(self.overrides, "day")
        yield from duplicates(self.statutory, "of_year")


class Calendar:
    """
    The working days of a jurisdiction, and the limits counted on them.
    """

    def __init__(
        self,
        overrides: Mapping[date, Override] | None = None,
        statutory: Iterable[StatutoryDay] = (),
    ) -> None:
        self._overrides = dict(overrides or {})
        self._statutory = {year.of_year: year for year in statutory}
        # Imports ask for the same few days a hundred thousand times.
        self._due = lru_cache(maxsize=_REMEMBERED)(self._count)
        self.horizon = date(max(holidays).year, 12, 31)

    @classmethod
    def load(cls, folder: Path, jurisdiction: str = "cn") -> Self:
        """
        Read `<jurisdiction>.yaml` in the folder.

        Raises:
            ConfigurationError: names all faults of the file.
        """
        source = read_yaml(folder / f"{jurisdiction}.yaml")
        jurisdiction_file = Decoder(source).decode(Jurisdiction)
        if source.problems:
            raise ConfigurationError(source.problems)
        overrides = {override.day: override for override in jurisdiction_file.overrides}
        return cls(overrides, jurisdiction_file.statutory)

    def is_working_day(self, day: date) -> bool:
        """
        Past the horizon Monday to Friday, except the holidays fixed by statute.
        """
        override = self._overrides.get(day)
        if override:
            return override.working
        if self._by_statute(day):
            return False
        return day in workdays or (day.weekday() < SATURDAY and day not in holidays)

    def _by_statute(self, day: date) -> StatutoryDay | None:
        """
        The statutory holiday of a day in a year without a notice.
        """
        if day <= self.horizon:
            return None
        return self._statutory.get((day.month, day.day))

    def due(self, start: date, limit: Limit) -> Due:
        """
        The last day of a limit; the start day itself is not counted (民法典 201).
        """
        return self._due(start, limit)

    def explain(self, start: date, limit: Limit) -> tuple[DayNote, ...]:
        """
        Each day from the start to the due day: counted or not, and why.
        """
        notes = [DayNote(start, counted=False, why="起算日不计")]
        last = self._unrolled(start, limit)
        for day in _days_after(start, last):
            skipped = limit.unit is Unit.WORKING and not self.is_working_day(day)
            why = self._day_off(day) if skipped else self._counted(day, limit)
            notes.append(DayNote(day, counted=not skipped, why=why))
        if limit.unit is Unit.MONTH and last.day < start.day:
            notes[-1] = DayNote(
                last, counted=True, why="计入，当月无对应日，以月末为准"
            )
        due = self.due(start, limit).day
        if due > last:
            why = f"期限届满，{self._day_off(last)}，顺延"
            notes[-1] = DayNote(last, counted=True, why=why)
        for day in _days_after(last, due):
            why = "顺延后的首个工作日" if day == due else f"{self._day_off(day)}，顺延"
            notes.append(DayNote(day, counted=False, why=why))
        return tuple(notes)

    def _count(self, start: date, limit: Limit) -> Due:
        day = self._unrolled(start, limit)
        while limit.roll and not self.is_working_day(day):
            day += ONE_DAY
        needs_holidays = limit.roll or limit.unit is Unit.WORKING
        return Due(day, provisional=needs_holidays and day > self.horizon)

    def _unrolled(self, start: date, limit: Limit) -> date:
        if limit.unit is Unit.NATURAL:
            return start + timedelta(days=limit.amount)
        if limit.unit is Unit.MONTH:
            return _months_after(start, limit.amount)
        day, days_left = start, limit.amount
        while days_left:
            day += ONE_DAY
            days_left -= self.is_working_day(day)
        return day

    def _counted(self, day: date, limit: Limit) -> str:
        if limit.unit is not Unit.WORKING:
            return "计入"
        if day in self._overrides:
            return f"计入，{self._overrides[day].reason}"
        if day in workdays and day.weekday() >= SATURDAY:
            return "计入，调休上班"
        return "计入，节假日安排尚未公布" if day > self.horizon else "计入"

    def _day_off(self, day: date) -> str:
        if day in self._overrides:
            return self._overrides[day].reason
        if statutory := self._by_statute(day):
            return f"法定节假日：{statutory.title}"
        if day in holidays:
            return f"法定节假日：{Holiday(holidays[day]).chinese}"
        return "周末"


def _days_after(first: date, last: date) -> Iterator[date]:
    day = first
    while day < last:
        day += ONE_DAY
        yield day


def _months_after(start: date, amount: int) -> date:
    """
    The same day of a later month, or that month's last day (民法典 202).
    """
    years, month = divmod(start.month - 1 + amount, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, months.monthrange(year, month)[1]))


def a_year_before(day: date) -> date:
    """
    The same day of the year before; of 29 February, the 28th.
    """
    leaps = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leaps else day.day)


def period_before(since: date, until: date) -> tuple[date, date]:
    """
    The period that ends just before another: as many whole months before whole months,
    else as many days (环比, I-48).
    """
    end = since - ONE_DAY
    if since.day == 1 and (until + ONE_DAY).day == 1:
        count = (until.year - since.year) * 12 + until.month - since.month + 1
        return _months_after(since, -count), end
    return end - (until - since), end
