"""
The documents that assignment has: of cases, of petitions, and of the reports that
offices owe.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from services.assignment.casework.record import record
from services.assignment.domain.closings import archiving, endings
from services.assignment.domain.closings.evidence import standing_closing
from services.assignment.events import DocumentFiled, DocumentWithdrawn
from services.assignment.store import Closings, Endings, Matters
from services.assignment.store.tables import document_openings, documents
from shared.documents.closings import archived_as, closing_stands_on_it
from shared.documents.document import Document
from shared.documents.filing import Desk
from shared.documents.withdrawing import in_use
from shared.errors import Problem


def _matter(session: Connection, number: str, *, lock: bool = False) -> Any:
    return Matters(session).begun(number, lock=lock)


def _stands_on(session: Connection, document: Document) -> Iterator[Problem]:
    """
    Yield why a document must stay: the closing of the case rests on it, or an
    application for its ending to which a level has agreed, or the case is archived.
    """
    facts = Matters(session).recorded(document.number).values()
    standing = standing_closing(facts)
    # Until it is confirmed it does not name the pages that carry its signatures.
    if standing and (
        document.id in standing.documents
        or document.id in Closings(session).brought(standing.closing)
    ):
        yield closing_stands_on_it(standing.closing)
    if volume := archiving.last_archiving(facts):
        yield archived_as(volume.volume)
    applied = Endings(session).of_matter(document.number)
    for ending in endings.in_use(applied, granted=endings.is_granted(facts)):
        if document.id in {each.document_id for each in ending.documents}:
            yield in_use(
                f"终结申报（编号 {ending.id}）",
                "已有一级同意终结的，须先不同意这次申报，或者重启案件。",
            )


DESK = Desk(
    documents,
    document_openings,
    record,
    DocumentFiled,
    DocumentWithdrawn,
    {"cases": ("案件或事项", _matter)},
    _stands_on,
)
