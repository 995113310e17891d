"""
The stores of aid: the only SQL of the service.
"""

from services.aid.store.applications import Applications
from services.aid.store.budgets import Budgets, Grants
from services.aid.store.cases import Cases
from services.aid.store.payments import CounterEntries, PaymentFiles, Receipts, Sendings
from services.aid.store.social import FollowUps, Referrals
from services.aid.store.tables import OUTBOX, TABLES, metadata
from services.aid.store.wages import Wages

__all__ = [
    "OUTBOX",
    "TABLES",
    "Applications",
    "Budgets",
    "Cases",
    "CounterEntries",
    "FollowUps",
    "Grants",
    "PaymentFiles",
    "Receipts",
    "Referrals",
    "Sendings",
    "Wages",
    "metadata",
]
