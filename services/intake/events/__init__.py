"""
What intake announces, by subject; no petitioner's name or words ever leave it.

Each module ends with an example of its events.
"""

from services.intake.events import (
    cases,
    documents,
    enrolments,
    ledgers,
    lifecycle,
    petitions,
)
from shared.events import Event

EXAMPLES: tuple[Event, ...] = (
    *petitions.EXAMPLES,
    *lifecycle.EXAMPLES,
    *cases.EXAMPLES,
    *enrolments.EXAMPLES,
    *documents.EXAMPLES,
    *ledgers.EXAMPLES,
)
