"""
What was announced of each office's milestones, and the day they were last judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
from shared.storage.row_sets import as_rows, given_rows, insert_rows

judgements = Table(
    "judgements",
    metadata,
    Column("programme", String, primary_key=True),
    Column("office", String, primary_key=True),
    Column("milestone", Date, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("reached", Boolean, primary_key=True),
)

# On which day a programme was last judged, and up to which office; NULL: all of them.
judged_days = Table(
    "judged_days",
    metadata,
    Column("programme", String, primary_key=True),
    Column("day", Date, nullable=False),
    Column("last_office", String),
)


_LOCK = lock_each("reporting.judgements")
_TRY_LOCK = select(
    func.pg_try_advisory_xact_lock(
        func.hashtext("reporting.judged_days"), func.hashtext(bindparam("programme"))
    )
)
_ANNOUNCED = select(
    judgements.c.office, judgements.c.milestone, judgements.c.day, judgements.c.reached
).where(
    judgements.c.programme == bindparam("programme"),
    judgements.c.office == func.any(bindparam("offices", type_=ARRAY(String))),
)
_CHANGED = given_rows((judgements.c.office, judgements.c.milestone))
_REMOVE = judgements.delete().where(
    judgements.c.programme == bindparam("programme"),
    judgements.c.office == _CHANGED.c.office,
    judgements.c.milestone == _CHANGED.c.milestone,
)
_INSERT = insert_rows(judgements)


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
        self, programme: str, turns: Mapping[tuple[str, date], Iterable[Turn]]
    ) -> None:
        """
        Replace what was announced of these milestones of offices, each as a whole, for
        a late fact can change any day of the course.
        """
        if not turns:
            return
        keys = as_rows({"office": office, "milestone": on} for office, on in turns)
        self.session.execute(_REMOVE, {"programme": programme, **keys})
        rows = [
            {
                "programme": programme,
                "office": office,
                "milestone": on,
                "day": day,
                "reached": reached,
            }
            for (office, on), of_one in turns.items()
            for day, reached in of_one
        ]
        if rows:
            self.session.execute(_INSERT, as_rows(rows))

    def judged_on(self, today: date) -> set[str]:
        """
        The programmes of which all offices were judged on *today* or a later day.
        """
        is_done = judged_days.c.last_office.is_(None)
        judged = select(judged_days.c.programme).where(
            (judged_days.c.day > today) | ((judged_days.c.day == today) & is_done)
        )
        return {*self.session.scalars(judged)}

    def take_up(self, programme: str, today: date) -> str | None:
        """
        The last office of the programme that was judged on *today*, empty if none was;
        until the end of the transaction no other one takes the programme up.

        Returns None if all were judged, or another replica is at it.
        """
        if not self.session.scalar(_TRY_LOCK, {"programme": programme}):
            return None
        columns = judged_days.c.day, judged_days.c.last_office
        row = self.session.execute(
            select(*columns).where(judged_days.c.programme == programme)
        ).first()
        if row is None or row.day < today:
            return ""
        # None as well when all were; a later day than today is judged already.
        last_office: str | None = row.last_office
        return last_office if row.day == today else None

    def note(self, programme: str, today: date, last_office: str | None) -> None:
        """
        Note that the offices of the programme up to *last_office* were judged on
        *today*, or all of them.
        """
        new = insert(judged_days).values(
            programme=programme, day=today, last_office=last_office
        )
        changes = {"day": new.excluded.day, "last_office": new.excluded.last_office}
        self.session.execute(
            new.on_conflict_do_update(index_elements=["programme"], set_=changes)
        )
