"""
A recalculation of all matters, cut into slices: any number of processes share them, and
what was cut off goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, delete, func, literal, select

from services.assignment.domain.duties.duty import CLOSED
from services.assignment.store.tables import duties, matters
from services.assignment.store.tables import recalculation_slices as slices
from shared.storage.name_locks import lock_name


class RecalculationSlices:
    """The slices of a recalculation still to be done, within one transaction."""

    def __init__(self, session: Connection) -> None:
        self.session = session

    def begin(self, version: str, programmes: Collection[str], size: int) -> int:
        """
        The number of slices left of the recalculation for a *version* of the policy; if
        there are none, begin it: slices of *size* matters each.

        What was left of another version's is dropped.
        """
        # Processes that start together wait here, so that one cuts and the others
        # share.
        lock_name(self.session, "assignment.recalculation")
        remaining = self.remaining(version)
        if remaining:
            return remaining
        self.session.execute(delete(slices))
        place = func.row_number().over(order_by=matters.c.number).label("place")
        numbered = (
            select(matters.c.number, place)
            .where(matters.c.programme.in_(programmes))
            .subquery()
        )
        first = numbered.c.number
        # Ranges of numbers, not lists of them: a slice is one row of fixed size, also
        # of a million matters.
        until = func.lead(first).over(order_by=first)
        ranges = select(first, until, literal(version)).where(
            numbered.c.place % size == 1
        )
        self.session.execute(slices.insert().from_select([*slices.c], ranges))
        return self.remaining(version)

    def remaining(self, version: str) -> int:
        query = select(func.count()).where(slices.c.version == version)
        return int(self.session.execute(query).scalar_one())

    def take(self, version: str) -> Any:
        """
        The next slice, removed: its transaction does all of it. None if the others are
        all done, or under way elsewhere.
        """
        free = (
            select(slices.c.first)
            .where(slices.c.version == version)
            .order_by(slices.c.first)
            .limit(1)
            # The row is deleted only when its work commits: a process that dies gives
            # its slice back by itself.
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        statement = delete(slices).where(slices.c.first == free).returning(slices)
        return self.session.execute(statement).first()

    def matters_owing(
        self, piece: Any, programmes: Collection[str], *, closed: bool = False
    ) -> list[str]:
        """
        The matters of a slice in which something is still owed; with *closed* also
        those in which something was owed once.
        """
        query = select(duties.c.number).where(
            duties.c.number >= piece.first,
            duties.c.programme.in_(programmes),
        )
        if not closed:
            query = query.where(*(duties.c.state != state for state in CLOSED))
        if piece.until is not None:
            query = query.where(duties.c.number < piece.until)
        return list(self.session.scalars(query.distinct()))
