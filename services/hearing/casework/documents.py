"""
The documents of a case that hearing has.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from services.hearing.events import DocumentFiled, DocumentWithdrawn
from services.hearing.store import OUTBOX, Cases
from services.hearing.store.tables import (
    document_openings,
    documents,
    standing_closings,
)
from shared.documents.closings import StandingClosings
from shared.documents.filing import Desk


def _case(session: Connection, number: str, *, lock: bool = False) -> Any:
    return Cases(session).get(number, lock=lock)


DESK = Desk(
    documents,
    document_openings,
    OUTBOX.announce,
    DocumentFiled,
    DocumentWithdrawn,
    {"cases": ("案件", _case)},
    lambda session, document: StandingClosings(session, standing_closings).on(document),
)
