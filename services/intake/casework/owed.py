"""
What is owed to petitioners: what intake reads of assignment, so that a citizen is told
of it without a login.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.intake.domain.petitions.owed import AnnouncedDuties, Owed
from services.intake.store import AnnouncedToPetitioners
from shared.events import ReceivedEvent


def note_owed(session: Connection, *events: ReceivedEvent) -> None:
    """
    Note what is owed to the petitioners of petitions.
    """
    AnnouncedToPetitioners(session).note(map(_announced, events))


def _announced(event: ReceivedEvent) -> AnnouncedDuties:
    return AnnouncedDuties(
        number=event.case_number,
        programme=event["programme"],
        sequence=event.sequence,
        owed=tuple(Owed(duty["title"], duty["due_on"]) for duty in event["owed"]),
        kinds=tuple(event["kinds"]),
    )
