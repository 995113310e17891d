"""
Sets the business clock of a system that runs on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path


def write_clock(file: Path, text: str) -> None:
    """
    Replace the content of a business clock file in one step.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(text, encoding="ascii")
    fresh.replace(file)


@dataclass(frozen=True)
class FileClock:
    """
    Moves a system from day to day, in office hours whatever the machine's clock shows.

    The time of day was *opens* when this clock was made and has been running since,
    on whatever day is set: instants recorded on one day do not go backwards when
    the day is left and set again.
    """

    file: Path
    opens: time = time(9)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self, day: date, at: time | None = None) -> None:
        """
        Set the day; *at*: with this time of day from now on.
        """
        since = datetime.now(UTC) if at else self.began
        moment = datetime.combine(day, at or self.opens)
        write_clock(self.file, f"{moment.isoformat()} since {since.isoformat()}")
