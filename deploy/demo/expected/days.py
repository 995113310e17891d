"""
Counts days as the wall calendars of 2020-11 to 2022-12 show them.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

# The State Council's notices for 2021 and 2022: days off, and Saturdays and Sundays
# that are worked instead.
_DAYS_OFF = (
    ("2021-01-01", "2021-01-03"),
    ("2021-02-11", "2021-02-17"),
    ("2021-04-03", "2021-04-05"),
    ("2021-05-01", "2021-05-05"),
    ("2021-06-12", "2021-06-14"),
    ("2021-09-19", "2021-09-21"),
    ("2021-10-01", "2021-10-07"),
    ("2022-01-01", "2022-01-03"),
    ("2022-01-31", "2022-02-06"),
    ("2022-04-03", "2022-04-05"),
    ("2022-04-30", "2022-05-04"),
    ("2022-06-03", "2022-06-05"),
    ("2022-09-10", "2022-09-12"),
    ("2022-10-01", "2022-10-07"),
    ("2022-12-31", "2023-01-02"),
)
_MADE_UP = (
    *("2021-02-07", "2021-02-20", "2021-04-25", "2021-05-08", "2021-09-18"),
    *("2021-09-26", "2021-10-09", "2022-01-29", "2022-01-30", "2022-04-02"),
    *("2022-04-24", "2022-05-07", "2022-10-08", "2022-10-09"),
)


def works(day: date) -> bool:
    """
    Whether offices work on *day*.
    """
    iso = day.isoformat()
    if iso in _MADE_UP:
        return True
    off = any(first <= iso <= last for first, last in _DAYS_OFF)
    return not off and day.weekday() < 5


def natural_days(start: date, count: int) -> date:
    """
    *count* days after *start*; a last day off moves to the next working day (A-01).
    """
    return _rolled(start + timedelta(days=count))


def months(start: date, count: int) -> date:
    """
    The same day *count* months later, or that month's last; rolled as days are.
    """
    later = start.month - 1 + count
    year, month = start.year + later // 12, later % 12 + 1
    return _rolled(date(year, month, min(start.day, monthrange(year, month)[1])))


def working_days(start: date, count: int) -> date:
    day = start
    while count:
        day += timedelta(days=1)
        count -= works(day)
    return day


def month_ends(first: date, last: date) -> list[date]:
    """
    The last days of the months from that of *first* to that of *last*.
    """
    ends, year, month = [], first.year, first.month
    while (year, month) <= (last.year, last.month):
        ends.append(date(year, month, monthrange(year, month)[1]))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return ends


def _rolled(day: date) -> date:
    while not works(day):
        day += timedelta(days=1)
    return day
