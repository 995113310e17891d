"""
The documents of a case that aid has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from services.aid.events import DocumentFiled, DocumentWithdrawn
from services.aid.store import OUTBOX, Applications, Cases
from services.aid.store.tables import document_openings, documents, standing_closings
from shared.documents.closings import StandingClosings
from shared.documents.document import Document
from shared.documents.filing import Desk
from shared.documents.withdrawing import in_use
from shared.errors import Problem


def _case(session: Connection, number: str, *, lock: bool = False) -> Any:
    return Cases(session).get(number, lock=lock)


def _stands_on(session: Connection, document: Document) -> Iterator[Problem]:
    """
    The closing of the case, and the applications whose verification names the document.
    """
    yield from StandingClosings(session, standing_closings).on(document)
    for application in Applications(session).of_case(document.number):
        if application.verification and application.verification.names(document.id):
            yield in_use(
                f"救助申请 {application.id} 的核实",
                "尚未决定的，请先重新核实；已经决定的，不能撤回。",
            )


DESK = Desk(
    documents,
    document_openings,
    OUTBOX.announce,
    DocumentFiled,
    DocumentWithdrawn,
    {"cases": ("案件", _case)},
    _stands_on,
)
