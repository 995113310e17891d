"""
What intake stores: petitions with their replies, cases, and the ledgers they came in.

A petitioner is one encrypted text and a keyed hash; the rest is about the matter.
"""

from services.intake.store.cases import Cases, NewCase
from services.intake.store.ledgers import Imports, original
from services.intake.store.petitions import Petitions
from services.intake.store.tables import OUTBOX, TABLES, metadata

__all__ = [
    "OUTBOX",
    "TABLES",
    "Cases",
    "Imports",
    "NewCase",
    "Petitions",
    "metadata",
    "original",
]
