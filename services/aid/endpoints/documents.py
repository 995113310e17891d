"""
Endpoints of the documents that aid has: filed, listed, opened, withdrawn.
"""

from __future__ import annotations

from services.aid.casework.documents import DESK
from shared.documents.endpoints import document_endpoints

DOCUMENTS = document_endpoints(DESK, "aid")
