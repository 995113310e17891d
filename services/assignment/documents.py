"""
The documents that assignment has, and their endpoints: of cases, of petitions, and of
the reports that offices owe.
"""

from __future__ import annotations

from services.assignment.casework.record import record
from services.assignment.events import DocumentFiled
from services.assignment.store import Matters
from services.assignment.store.tables import document_openings, documents
from shared.documents.endpoints import document_endpoints
from shared.documents.filing import Desk

DESK = Desk(
    documents,
    document_openings,
    record,
    DocumentFiled,
    {"cases": ("案件或事项", lambda session, number: Matters(session).begun(number))},
)
DOCUMENTS = document_endpoints(DESK, "assignment")
