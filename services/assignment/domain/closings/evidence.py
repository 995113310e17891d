"""
The documents that a closing stands on.

Where a document is, nobody withdraws it from under a closing that is known there
(`documents.closings`); what arrives here too late is in `withdrawn`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from services.assignment import events
from services.assignment.domain.closings.archiving import last_archiving
from services.assignment.domain.closings.closing import Closing, ClosingCase, Document
from services.assignment.domain.facts.base import Fact, Recorded
from services.assignment.domain.facts.closings import (
    CaseReopened,
    ClosingConfirmed,
    ClosingRestated,
    ClosingReturned,
    ClosingSubmitted,
)
from services.assignment.domain.facts.corrected import without_withdrawn_acts
from services.assignment.domain.facts.documents import withdrawn_documents
from services.assignment.domain.facts.further import OWN, without_other_lists
from services.assignment.domain.facts.leaders import ActRecorded, ListItemDone
from shared.errors import Problem

_Made = ClosingSubmitted | ClosingConfirmed | ClosingRestated
_UNDONE = ClosingReturned | CaseReopened


def documents_of(
    report: Closing, facts: Collection[Fact], *more: Document
) -> tuple[str, ...]:
    """
    The ids of the documents that a closing stands on: those that it brings, the pages
    that carry its signatures, those that show acts and items of lists in the case, and
    *more*; none that was withdrawn.
    """
    brought = (each.document_id for each in (*report.papers, *more))
    return _not_withdrawn((*filter(None, brought), *_shown(facts)), facts)


def _shown(facts: Iterable[Fact]) -> Iterator[str]:
    """
    The documents that show acts and items of the lists of the case's own programme.
    """
    for fact in without_other_lists(facts, OWN):
        if isinstance(fact, ActRecorded | ListItemDone):
            yield from fact.document_ids


def _not_withdrawn(
    documents: Iterable[str], facts: Collection[Fact]
) -> tuple[str, ...]:
    gone = withdrawn_documents(facts)
    return tuple(each for each in dict.fromkeys(documents) if each not in gone)


def restatement(
    case: ClosingCase, closing: _Made, facts: Iterable[Fact], brought: Iterable[str]
) -> events.ClosingRestated | None:
    """
    The closing that stands in a case, said again with the documents that it stands on,
    with those that it or the ending that was granted *brought*, and with the volume as
    which the case is archived; None if there is neither document nor volume.
    """
    volume = last_archiving(facts)
    documents = tuple(dict.fromkeys((*closing.documents, *brought)))
    if not (documents or volume):
        return None
    return events.ClosingRestated.of(
        case,
        volume.on if volume else closing.on,
        closing=closing.closing,
        documents=documents,
        volume=volume.volume if volume else None,
    )


def standing_closing(facts: Recorded) -> _Made | None:
    """
    The closing that was reported or confirmed, and neither returned nor reopened.

    One that names no documents, as those made before closings named them, stands on
    what showed the acts and the items of lists when it was made, until it is restated.
    """
    last, place = None, 0
    for position, fact in enumerate(facts.values()):
        if isinstance(fact, _Made):
            last, place = fact, position
        elif isinstance(fact, _UNDONE):
            last = None
    if last is None or last.documents:
        return last
    before = without_withdrawn_acts(dict(islice(facts.items(), place))).values()
    return replace(last, documents=_not_withdrawn(_shown(before), before))


def reported_documents(facts: Iterable[Fact]) -> tuple[str, ...]:
    """
    The ids of the documents on which the closing that stands was reported or confirmed;
    *facts*: without acts that were withdrawn.
    """
    standing = standing_closing({str(n): fact for n, fact in enumerate(facts)})
    return standing.documents if standing else ()


def withdrawn_under(
    report: Closing, facts: Collection[Fact], location: str
) -> Iterator[Problem]:
    """
    Nobody signs or confirms a closing if a document was withdrawn on which it stands:
    one that it brings, a page that carries a signature, one of its ending, or one that
    showed an act or an item.
    """
    yield from withdrawn_among(report.papers, facts, location)
    gone = withdrawn_documents(facts)
    brought = {each.document_id for each in report.papers}
    for identity in reported_documents(facts):
        if identity in gone and identity not in brought:
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
