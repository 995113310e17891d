"""
What reporting remembers, one file for each kind. The only SQL of the service.
"""

from services.reporting.store.base import OUTBOX, TABLES, metadata
from services.reporting.store.details import Details
from services.reporting.store.enrolments import Enrolments
from services.reporting.store.judgements import Judgements
from services.reporting.store.ledger import Ledger
from services.reporting.store.matters import move, owners_of
from services.reporting.store.notices import (
    Mailings,
    NoticeMails,
    NoticePapers,
    Notices,
)
from services.reporting.store.returns import Deliveries, Returns
from services.reporting.store.roll_ups import RollUps

__all__ = [
    "OUTBOX",
    "TABLES",
    "Deliveries",
    "Details",
    "Enrolments",
    "Judgements",
    "Ledger",
    "Mailings",
    "NoticeMails",
    "NoticePapers",
    "Notices",
    "Returns",
    "RollUps",
    "metadata",
    "move",
    "owners_of",
]
