"""
What day it is for the offices, and what instant for the record.

The domain takes days as arguments. The services ask here, so that a test or a
demonstration can live in 2021: `BUSINESS_CLOCK_FILE` then holds the day.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from shared.settings import settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """
    The business day, in Asia/Shanghai.
    """
    file = settings.get("BUSINESS_CLOCK_FILE")
    if file:
        return date.fromisoformat(Path(file).read_text(encoding="ascii").strip())
    return datetime.now(SHANGHAI).date()


def now() -> datetime:
    """
    The instant in UTC: the business day with the machine's time of day.
    """
    instant = datetime.now(SHANGHAI)
    day = today()
    return instant.replace(year=day.year, month=day.month, day=day.day).astimezone(UTC)
