"""
What was announced of each office's milestones, and the day they were last judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    String,
    Table,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.reporting.domain.milestones import Turn
from services.reporting.store.base import lock_each, metadata

judgements = Table(
    "judgements",
    metadata,
    Column("programme", String, primary_key=True),
    Column("office", String, primary_key=True),
    Column("milestone", Date, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("reached", Boolean, primary_key=True),
)

judged_days = Table(
    "judged_days",
    metadata,
    Column("programme", String, primary_key=True),
    Column("day", Date, nullable=False),
)


_LOCK = lock_each("reporting.judgements")
_ANNOUNCED = select(
    judgements.c.office, judgements.c.milestone, judgements.c.day, judgements.c.reached
).where(
    judgements.c.programme == bindparam("programme"),
    judgements.c.office == func.any(bindparam("offices", type_=ARRAY(String))),
)


class Judgements:
    """
    The announced judgements, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def lock(self, programme: str, offices: Iterable[str]) -> None:
        """
        Wait until no other transaction judges these offices; held until the end.
        """
        # In one order: two transactions never wait for each other.
        keys = [f"{programme}|{office}" for office in sorted(offices)]
        self.session.execute(_LOCK, {"keys": keys})

    def announced(
        self, programme: str, offices: Collection[str]
    ) -> dict[tuple[str, date], set[Turn]]:
        """
        What was announced of each milestone of each office.
        """
        rows = self.session.execute(
            _ANNOUNCED, {"programme": programme, "offices": [*offices]}
        )
        turns: dict[tuple[str, date], set[Turn]] = {}
        for office, milestone, day, reached in rows:
            turns.setdefault((office, milestone), set()).add((day, reached))
        return turns

    def replace(
        self, programme: str, office: str, milestone: date, turns: Iterable[Turn]
    ) -> None:
        key = {"programme": programme, "office": office, "milestone": milestone}
        # Replaced as a whole, for a late fact can change any day of the course.
        self.session.execute(judgements.delete().filter_by(**key))
        rows = [{**key, "day": day, "reached": reached} for day, reached in turns]
        if rows:
            self.session.execute(judgements.insert(), rows)

    def judged_on(self, today: date) -> set[str]:
        """
        The programmes that were judged on *today* or on a later day.
        """
        judged = select(judged_days.c.programme).where(judged_days.c.day >= today)
        return {*self.session.scalars(judged)}

    def begin_day(self, programme: str, today: date) -> bool:
        """
        Mark the programme as judged on *today*. Returns False if it was marked already.

        Another replica that asks meanwhile waits, and gets False.
        """
        new = insert(judged_days).values(programme=programme, day=today)
        query = new.on_conflict_do_update(
            index_elements=["programme"],
            set_={"day": new.excluded.day},
            where=judged_days.c.day < new.excluded.day,
        ).returning(judged_days.c.day)
        return self.session.execute(query).first() is not None
