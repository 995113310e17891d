"""
On which days further petitions of a case came in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from services.hearing.store.tables import repeats


class Repeats:
    """
    How many further petitions of a case came in on a day.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def add(self, counted: Mapping[tuple[str, date], int]) -> None:
        """
        Add to the number of petitions of each case and day; what was taken back is a
        negative number.
        """
        added = insert(repeats)
        self.session.execute(
            added.on_conflict_do_update(
                index_elements=[repeats.c.case_number, repeats.c.received_on],
                set_={"petitions": repeats.c.petitions + added.excluded.petitions},
            ),
            # In one order, so that two batches never wait for each other.
            [
                {"case_number": number, "received_on": day, "petitions": petitions}
                for (number, day), petitions in sorted(counted.items())
            ],
        )

    def first(self, number: str, since: date, until: date) -> date | None:
        """
        The first day after *since*, *until* at the latest, on which a further petition
        of a case came in; None if none is known.
        """
        query = select(func.min(repeats.c.received_on)).where(
            repeats.c.case_number == number,
            repeats.c.received_on > since,
            repeats.c.received_on <= until,
            repeats.c.petitions > 0,
        )
        day: date | None = self.session.execute(query).scalar_one()
        return day
