"""
Endpoints of the documents that assignment has: filed, listed, opened, withdrawn.
"""

from __future__ import annotations

from services.assignment.casework.documents import DESK
from shared.documents.endpoints import document_endpoints

DOCUMENTS = document_endpoints(DESK, "assignment")
