"""
What day it is for the offices, and what instant for the record.

The domain takes days as arguments. The services call this module, so that a test or
a demonstration can live in another year: the file that `BUSINESS_CLOCK_FILE` names
then holds the business time, in Asia/Shanghai, as one of

- `2020-11-20`: this day, with the machine's time of day;
- `2020-11-20T09:30`: this moment, at which the clock stands still;
- `2020-11-20T09:30 since 2026-01-05T03:00:00+00:00`: the clock showed this moment at
  that instant of the machine's clock, and has been running since.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from shared.settings import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
_FAR = 12 * timedelta(hours=1)
_BEGUN = datetime.now(UTC), time.clock_gettime(time.CLOCK_BOOTTIME)


def today() -> date:
    """
    The business day, in Asia/Shanghai.
    """
    return now().astimezone(SHANGHAI).date()


def now() -> datetime:
    """
    The business instant, in UTC.

    Raises `ValueError` when the business clock file holds none of the three forms.
    """
    file, machine = settings.get("BUSINESS_CLOCK_FILE"), datetime.now(UTC)
    if not file:
        return machine
    status = os.stat(file)  # noqa: PTH116 - it is asked for with every request
    return moment_in(
        _written(file, status.st_ino, status.st_mtime_ns, status.st_size), machine
    )


@lru_cache(maxsize=1)
def _written(file: str, _inode: int, _changed: int, _size: int) -> str:
    """
    What the file says; it is replaced whole, never written over.
    """
    return Path(file).read_text(encoding="ascii")


def moved() -> timedelta:
    """
    How far the machine's clock was moved since this process began, beside the time that
    really went by, also while the machine slept.
    """
    began, at = _BEGUN
    went_by = timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME) - at)
    return datetime.now(UTC) - began - went_by


def is_far() -> bool:
    """
    Whether the machine's clock was moved so far that nothing irreversible may be done
    by it (decision 0011).
    """
    return abs(moved()) > _FAR


def moment_in(text: str, machine: datetime) -> datetime:
    """
    The business instant that *text* names when the machine's clock shows *machine*.
    """
    shown, since = _parts(text)
    if since is not None:
        return shown + (machine - since)
    if "T" in text:
        return shown
    local = machine.astimezone(SHANGHAI)
    day = datetime.combine(shown.astimezone(SHANGHAI), local.time(), SHANGHAI)
    return day.astimezone(UTC)


@lru_cache(maxsize=1)
def _parts(text: str) -> tuple[datetime, datetime | None]:
    """
    The moment that *text* names, in UTC, and since when the clock has been running.
    """
    moment, _, since = text.strip().partition(" since ")
    shown = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI).astimezone(UTC)
    return shown, datetime.fromisoformat(since) if since else None
