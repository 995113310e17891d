"""
What hearing stores: the mirrored cases, the requests of parties, every decision with
its hearing, the registers of members, the days of further petitions, and the keys of
calendars.
"""

from services.hearing.store.cases import Cases
from services.hearing.store.feeds import FeedKeys
from services.hearing.store.hearings import Hearings
from services.hearing.store.members import Members
from services.hearing.store.repeats import Repeats
from services.hearing.store.requests import Requests
from services.hearing.store.tables import OUTBOX, TABLES, metadata

__all__ = [
    "OUTBOX",
    "TABLES",
    "Cases",
    "FeedKeys",
    "Hearings",
    "Members",
    "Repeats",
    "Requests",
    "metadata",
]
