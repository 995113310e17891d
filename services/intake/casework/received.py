"""
What intake does with the events that it reads of the other services.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.intake.casework.closings import note_closings
from services.intake.casework.moves import follow_moves
from services.intake.casework.owed import note_owed
from services.intake.casework.worked import note_work
from services.intake.schemas import OWED
from shared.events import ReceivedEvent
from shared.matter_numbers import CASE_MOVED


def record_received(session: Connection, *received: ReceivedEvent) -> None:
    """
    Let cases follow their moves, then note what is owed to petitioners, how cases ended
    and what was done about them.

    Raises `ForeignMatter` for a case of offices that never had it.
    """
    moves = [event for event in received if event.type == CASE_MOVED]
    # First, for it locks petitions before cases, as the endpoints do.
    follow_moves(session, *moves)
    note_owed(session, *(event for event in received if event.type == OWED))
    note_closings(session, *received)
    note_work(session, *received)
