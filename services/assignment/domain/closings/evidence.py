"""
The documents that a closing stands on.

Where a document is, nobody withdraws it from under a closing that is known there
(`documents.closings`); what arrives here too late is in `withdrawn`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from services.assignment.domain.closings.closing import Closing, Document
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.closings import (
    CaseReopened,
    ClosingConfirmed,
    ClosingReturned,
    ClosingSubmitted,
)
from services.assignment.domain.facts.documents import withdrawn_documents
from services.assignment.domain.facts.leaders import ActRecorded, ListItemDone
from shared.errors import Problem

_Made = ClosingSubmitted | ClosingConfirmed
_UNDONE = ClosingReturned | CaseReopened


def documents_of(
    report: Closing, facts: Iterable[Fact], *more: Document
) -> tuple[str, ...]:
    """
    The ids of the documents that a closing stands on: those that it brings, those that
    show acts and items of lists in the case, and *more*.
    """
    brought = (each.document_id for each in (*report.documents, *more))
    shown = (
        identity
        for fact in facts
        if isinstance(fact, ActRecorded | ListItemDone)
        for identity in fact.document_ids
    )
    return tuple(dict.fromkeys((*filter(None, brought), *shown)))


def standing_closing(facts: Iterable[Fact]) -> _Made | None:
    """
    The closing that was reported or confirmed, and neither returned nor reopened.
    """
    last: _Made | None = None
    for fact in facts:
        if isinstance(fact, _Made):
            last = fact
        elif isinstance(fact, _UNDONE):
            last = None
    return last


def withdrawn_among(
    documents: Sequence[Document], facts: Iterable[Fact], location: str
) -> Iterator[Problem]:
    """
    Nobody signs or agrees on a document that was withdrawn.
    """
    gone = withdrawn_documents(facts)
    for document in documents:
        if document.document_id in gone:
            yield Problem(
                "document_withdrawn",
                f"“{document.name}”（{document.document_id}）已经撤回，不能作为依据。",
                "请退回，由责任单位换用有效的材料重新提交。",
                location,
            )
