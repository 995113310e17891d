"""
The documents that a closing stands on.

Where a document is, nobody withdraws it from under a closing that is known there
(`documents.closings`); what arrives here too late is in `withdrawn`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from services.assignment.domain.closings.closing import Closing, Document
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.closings import (
    CaseReopened,
    ClosingConfirmed,
    ClosingReturned,
    ClosingSubmitted,
)
from services.assignment.domain.facts.documents import withdrawn_documents
from services.assignment.domain.facts.further import OWN, without_other_lists
from services.assignment.domain.facts.leaders import ActRecorded, ListItemDone
from shared.errors import Problem

_Made = ClosingSubmitted | ClosingConfirmed
_UNDONE = ClosingReturned | CaseReopened


def documents_of(
    report: Closing, facts: Collection[Fact], *further: Document
) -> tuple[str, ...]:
    """
    Return the ids of the documents on which a closing stands: its own documents, the
    pages that carry its signatures, the documents that show acts and list items of the
    case, and *further* ones. Documents that were withdrawn are left out.
    """
    own_documents = (each.document_id for each in (*report.papers, *further))
    return _not_withdrawn(
        (*filter(None, own_documents), *_documents_of_acts(facts)), facts
    )


def _documents_of_acts(facts: Iterable[Fact]) -> Iterator[str]:
    """
    The documents that show acts and items of the lists of the case's own programme.
    """
    for fact in without_other_lists(facts, OWN):
        if isinstance(fact, ActRecorded | ListItemDone):
            yield from fact.document_ids


def _not_withdrawn(
    documents: Iterable[str], facts: Collection[Fact]
) -> tuple[str, ...]:
    withdrawn = withdrawn_documents(facts)
    return tuple(each for each in dict.fromkeys(documents) if each not in withdrawn)


def standing_closing(facts: Iterable[Fact]) -> _Made | None:
    """
    The closing that was reported or confirmed, and neither returned nor reopened.
    """
    last = None
    for fact in facts:
        if isinstance(fact, _Made):
            last = fact
        elif isinstance(fact, _UNDONE):
            last = None
    return last


def reported_documents(facts: Iterable[Fact]) -> tuple[str, ...]:
    """
    The ids of the documents on which the closing that stands was reported or confirmed.
    """
    report = standing_closing(facts)
    return report.documents if report else ()


def withdrawn_under(
    report: Closing, facts: Collection[Fact], location: str
) -> Iterator[Problem]:
    """
    Yield the withdrawn documents on which the closing stands; nobody can sign or
    confirm it then. Such a document is the closing's own, a page that carries a
    signature, one of its ending, or one that showed an act or an item.
    """
    yield from withdrawn_among(report.papers, facts, location)
    withdrawn = withdrawn_documents(facts)
    own_documents = {each.document_id for each in report.papers}
    for identity in reported_documents(facts):
        if identity in withdrawn and identity not in own_documents:
            yield Problem(
                "document_withdrawn",
                f"报结时作为依据的材料（{identity}）已经撤回，不能作为依据。",
                "请退回，由责任单位换用有效的材料重新提交。",
                location,
            )


def withdrawn_among(
    documents: Sequence[Document], facts: Iterable[Fact], location: str
) -> Iterator[Problem]:
    """
    Yield which of *documents* were withdrawn; nobody can sign or agree then.
    """
    withdrawn = withdrawn_documents(facts)
    for document in documents:
        if document.document_id in withdrawn:
            yield Problem(
                "document_withdrawn",
                f"“{document.name}”（{document.document_id}）已经撤回，不能作为依据。",
                "请退回，由责任单位换用有效的材料重新提交。",
                location,
            )
