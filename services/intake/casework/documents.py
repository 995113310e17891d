"""
The documents of a petition or of a case that intake has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from services.intake.domain.corrections.correcting import standing
from services.intake.events.documents import DocumentFiled, DocumentWithdrawn
from services.intake.store import OUTBOX, Cases, Petitions, Replies, Steps
from services.intake.store.tables import (
    document_openings,
    documents,
    standing_closings,
)
from shared.documents.closings import StandingClosings
from shared.documents.document import Document
from shared.documents.filing import Desk
from shared.documents.withdrawing import in_use
from shared.errors import Problem


def _petition(session: Connection, number: str, *, lock: bool = False) -> Any:
    return Petitions(session).get(number, lock=lock)


def _case(session: Connection, number: str, *, lock: bool = False) -> Any:
    return Cases(session).get(number, lock=lock)


def _stands_on(session: Connection, document: Document) -> Iterator[Problem]:
    """
    The closing of the case, and the steps of the petition and the replies to it that
    name the document.
    """
    yield from StandingClosings(session, standing_closings).on(document)
    for step in Steps(session).of_petition(document.number):
        if document.id in step.document_ids:
            yield in_use(
                f"“{step.kind.chinese}”（{step.on}）",
                "请先更正或者撤销这一步骤（corrections、withdrawals）。",
            )
    for reply in standing(Replies(session).of_petition(document.number)):
        if document.id in reply.document_ids:
            yield in_use(
                f"{reply.replied_on} 的答复",
                "请先更正或者撤销这次答复（corrections、withdrawals）。",
            )


DESK = Desk(
    documents,
    document_openings,
    OUTBOX.announce,
    DocumentFiled,
    DocumentWithdrawn,
    {"petitions": ("信访件", _petition), "cases": ("案件", _case)},
    _stands_on,
)
