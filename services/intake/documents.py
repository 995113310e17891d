"""
The documents of a petition or of a case that intake has, and their endpoints.
"""

from __future__ import annotations

from services.intake.events.documents import DocumentFiled
from services.intake.store import OUTBOX, Cases, Petitions
from services.intake.store.tables import document_openings, documents
from shared.documents.endpoints import document_endpoints
from shared.documents.filing import Desk

DESK = Desk(
    documents,
    document_openings,
    OUTBOX.announce,
    DocumentFiled,
    {
        "petitions": ("信访件", lambda session, number: Petitions(session).get(number)),
        "cases": ("案件", lambda session, number: Cases(session).get(number)),
    },
)
DOCUMENTS = document_endpoints(DESK, "intake")
