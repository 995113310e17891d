"""
The documents of a case that aid has, and their endpoints.
"""

from __future__ import annotations

from services.aid.events import DocumentFiled
from services.aid.store import OUTBOX, Cases
from services.aid.store.tables import document_openings, documents
from shared.documents.endpoints import document_endpoints
from shared.documents.filing import Desk

DESK = Desk(
    documents,
    document_openings,
    OUTBOX.announce,
    DocumentFiled,
    {"cases": ("案件", lambda session, number: Cases(session).get(number))},
)
DOCUMENTS = document_endpoints(DESK, "aid")
