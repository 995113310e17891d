"""
Which cases are closed, and on which documents their closings stand: what intake reads
of assignment, so that nobody corrects a case in what it was reviewed and counted by.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.intake.schemas import CLOSED_BY
from services.intake.store import Cases
from services.intake.store.tables import standing_closings
from shared.documents.closings import StandingClosings
from shared.events import ReceivedEvent, newest


def note_closings(session: Connection, *events: ReceivedEvent) -> None:
    """
    Note how cases ended, or that they were reopened; the newest event of each holds.
    """
    StandingClosings(session, standing_closings).note(events)
    ended = newest(event for event in events if event.type in CLOSED_BY)
    Cases(session).note_closings(
        (event.case_number, CLOSED_BY[event.type], event.sequence) for event in ended
    )
