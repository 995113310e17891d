"""
What was announced of each office's milestones, and the day they were last judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Boolean, Column, Connection, Date, String, Table, func, select
from sqlalchemy.dialects.postgresql import insert

from services.reporting.domain.milestones import Turn
from services.reporting.store.base import metadata

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


class Judgements:
    """
    The announced judgements, within one transaction.
    """

    def __init__(self, session: Connection) -> None:
        self.session = session

    def lock(self, programme: str, office: str) -> None:
        """
        Wait until no other transaction judges this office; held until the end.
        """
        lock = func.pg_advisory_xact_lock(
            func.hashtext("reporting.judgements"),
            func.hashtext(f"{programme}|{office}"),
        )
        self.session.execute(select(lock))

    def announced(self, programme: str, office: str) -> dict[date, set[Turn]]:
        """
        What was announced of each milestone of an office.
        """
        query = select(
            judgements.c.milestone, judgements.c.day, judgements.c.reached
        ).where(judgements.c.programme == programme, judgements.c.office == office)
        turns: dict[date, set[Turn]] = {}
        for milestone, day, reached in self.session.execute(query):
            turns.setdefault(milestone, set()).add((day, reached))
        return turns

    def replace(
        self, programme: str, office: str, milestone: date, turns: Iterable[Turn]
    ) -> None:
        key = {"programme": programme, "office": office, "milestone": milestone}
        self.session.execute(judgements.delete().filter_by(**key))
        rows = [{**key, "day": day, "reached": reached} for day, reached in turns]
        if rows:
            self.session.execute(judgements.insert(), rows)

    def begin_day(self, programme: str, today: date) -> bool:
        """
        Whether the programme was not judged on *today* yet; from now on it is.

        Another replica that asks meanwhile waits, and gets False.
        """
        new = insert(judged_days).values(programme=programme, day=today)
        query = new.on_conflict_do_update(
            index_elements=["programme"],
            set_={"day": new.excluded.day},
            where=judged_days.c.day < new.excluded.day,
        ).returning(judged_days.c.day)
        return self.session.execute(query).first() is not None
