"""
What hearing does with the events that it reads of the other services.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.hearing.casework.moves import follow_moves
from services.hearing.casework.repeats import note_repeats
from services.hearing.store import Cases
from services.hearing.store.tables import standing_closings
from shared.documents.closings import StandingClosings
from shared.events import ReceivedEvent


def record_received(session: Connection, *received: ReceivedEvent) -> None:
    """
    Mirror the cases, their closings and repeats; hearings follow the case that moved.
    """
    StandingClosings(session, standing_closings).note(received)
    note_repeats(session, received)
    follow_moves(session, Cases(session).mirror(*received))
