"""
Cases that pass to another office: what intake reads of assignment, so that the office
that has a case answers its petitioner and corrects what is registered of it.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.intake.store import Cases, Petitions
from shared.events import ReceivedEvent


def follow_moves(session: Connection, *moves: ReceivedEvent) -> None:
    """
    Let each case, and the petition that it came from, be of the office that it moved
    to; of one case the newest move holds.

    Raises `ForeignMatter` for a case of offices that never had it.
    """
    if moves:
        # A petition before its case, as the endpoints do.
        petitions = Petitions(session)
        petitions.lock({move.case_number for move in moves})
        petitions.follow(Cases(session).follow(moves))
