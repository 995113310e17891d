"""
Cases that pass to another office: what intake reads of assignment, so that the office
that has a case answers its petitioner and corrects what is registered of it.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.intake.store import Cases, Petitions
from shared.events import ReceivedEvent
from shared.numbers import owners_after


def follow_moves(session: Connection, *moves: ReceivedEvent) -> None:
    """
    Let each case, and the petition that it came from, be of the office that it moved
    to; of one case the newest move holds.

    Raises `ForeignMatter` for a case of offices that never had it.
    """
    cases = Cases(session)
    for move in sorted(moves, key=lambda each: (each.case_number, each.sequence)):
        number = move.case_number
        case = cases.get(number, lock=True)
        if case is None:
            continue  # Intake has every case that it announced.
        offices = owners_after(
            move.envelope, [*case.had_by, case.office], move["had_by"]
        )
        if cases.follow(number, move.office, offices, move.sequence):
            Petitions(session).follow(number, move.office)
