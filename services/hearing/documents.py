"""
The documents of a case that hearing has, and their endpoints.
"""

from __future__ import annotations

from services.hearing.events import DocumentFiled
from services.hearing.store import OUTBOX, Cases, document_openings, documents
from shared.documents.endpoints import document_endpoints
from shared.documents.filing import Desk

DESK = Desk(
    documents,
    document_openings,
    OUTBOX.announce,
    DocumentFiled,
    {"cases": ("案件", lambda session, number: Cases(session).get(number))},
)
DOCUMENTS = document_endpoints(DESK, "hearing")
