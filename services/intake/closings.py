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
from shared.events import ReceivedEvent


def note_closings(session: Connection, *events: ReceivedEvent) -> None:
    """
    Note how cases ended, or that they were reopened; the newest event of each holds.
    """
    StandingClosings(session, standing_closings).note(events)
    newest: dict[str, ReceivedEvent] = {}
    for event in (each for each in events if each.type in CLOSED_BY):
        before = newest.get(event.case_number)
        if before is None or event.sequence > before.sequence:
            newest[event.case_number] = event
    Cases(session).note_closings(
        (event.case_number, CLOSED_BY[event.type], event.sequence)
        for _, event in sorted(newest.items())
    )
