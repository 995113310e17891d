"""
What aid does with the events that it reads of the other services.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.aid.store import Applications, Cases
from services.aid.store.tables import standing_closings
from shared.documents.closings import StandingClosings
from shared.events import ReceivedEvent


def record_received(session: Connection, *received: ReceivedEvent) -> None:
    """
    Mirror the cases and their closings; applications follow the case that moved.
    """
    StandingClosings(session, standing_closings).note(received)
    moves = Cases(session).mirror(*received)
    if moves:
        Applications(session).follow([move.case_number for move in moves])
