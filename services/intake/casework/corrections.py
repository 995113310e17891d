"""
What follows from the correction of a petition: for the others of its matter and for the
cases that it repeats.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection

from services.intake.casework.matters import arrange
from services.intake.casework.repeats import (
    count_repeat,
    lock_counting,
    move_repeat,
    take_back_repeat,
)
from services.intake.domain.petitions.petitions import Petition


def arrange_corrected(
    session: Connection,
    before: Petition,
    after: Petition,
    matters: tuple[str | None, str | None],
    today: date,
) -> list[Petition]:
    """
    Put the petitions of the *matters* in order of which a corrected one was and is, if
    the correction touches their order; those that stand otherwise now.
    """
    was, matter = matters
    accused = {before.accused_office, after.accused_office}
    if was == matter and len(accused) == 1 and before.received_on == after.received_on:
        return []
    hidden = was == matter and len(accused) > 1
    return arrange(
        session,
        {each for each in matters if each},
        today,
        corrected=after.number,
        hidden_from={each for each in accused if each} if hidden else (),
    )


def count_corrected(
    session: Connection,
    before: Petition,
    after: Petition,
    *,
    on: date,
    today: date,
    anew: bool,
    also: Collection[str] = (),
) -> None:
    """
    Have a corrected petition count as what it really repeats. *anew*: it is of another
    matter. *also*: further cases that are locked with those of the petition.
    """
    again = anew or before.accused_office != after.accused_office
    moved = before.received_on != after.received_on
    if again or moved or after.case_opened_on or also:
        lock_counting(session, after, also=also)
    if again:
        _count_again(session, before, after, on, today)
    elif moved:
        move_repeat(session, before, after, on)


def _count_again(
    session: Connection, before: Petition, after: Petition, on: date, today: date
) -> None:
    """
    Have a petition of another matter than was registered count as a repeat of the cases
    of that one, from the day on which it was really received.
    """
    counted = take_back_repeat(session, before, on)
    since = max(on, after.received_on) if counted else None
    count_repeat(session, after, today, since=since)
