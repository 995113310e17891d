"""
What hearing stores: the mirrored cases, the requests of parties, every decision with
its hearing, the registers of members, and the days of further petitions.
"""

from services.hearing.store.cases import Cases
from services.hearing.store.hearings import Hearings
from services.hearing.store.members import Members
from services.hearing.store.repeats import Repeats
from services.hearing.store.requests import Requests
from services.hearing.store.tables import OUTBOX, TABLES, metadata

__all__ = [
    "OUTBOX",
    "TABLES",
    "Cases",
    "Hearings",
    "Members",
    "Repeats",
    "Requests",
    "metadata",
]
