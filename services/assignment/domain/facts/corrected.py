"""
The facts of a matter as corrections leave them: what was registered wrongly counts as
it should have been registered.

This does not change who leads a case: a leader who is filled in later leads from that
day (`leaders/leadership.py`).
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from operator import attrgetter
from typing import TypeVar

from services.assignment.domain.facts.base import Fact, Recorded
from services.assignment.domain.facts.documents import (
    CaseDocumentWithdrawn,
    DocumentWithdrawn,
    withdrawn_documents,
)
from services.assignment.domain.facts.leaders import (
    ActWithdrawn,
    ListItemDone,
    is_unshown,
)
from services.assignment.domain.facts.received import (
    AidDocumentWithdrawn,
    CaseCorrected,
    CaseDetails,
    CaseOpened,
    CaseReinstated,
    CaseRepeatWithdrawn,
    CaseWithdrawn,
    HearingDocumentWithdrawn,
    IntakeDocumentWithdrawn,
    NoticeDelivered,
    NoticeDeliveryWithdrawn,
    PetitionCorrected,
    PetitionRegistered,
    PetitionRestored,
    PetitionStepTaken,
    PetitionStepWithdrawn,
    PetitionWithdrawn,
    ReplyGiven,
    ReplyWithdrawn,
)

CORRECTIONS = (
    *(CaseCorrected, PetitionCorrected, PetitionStepWithdrawn, ActWithdrawn),
    *(CaseDocumentWithdrawn, IntakeDocumentWithdrawn),
    *(HearingDocumentWithdrawn, AidDocumentWithdrawn, CaseRepeatWithdrawn),
)
"""
After which a duty may never have been opened.
"""
_CORRECTING = (
    *CORRECTIONS,
    *(ReplyWithdrawn, NoticeDeliveryWithdrawn, PetitionRestored),
)
_DETAILS = tuple(f.name for f in dataclasses.fields(CaseDetails) if f.name != "on")
_REGISTERED = (
    *("channel", "category", "case_kind", "first"),
    *("origin", "topic", "registration_level", "persons", "handler_post"),
)
_Numbered = TypeVar("_Numbered", CaseCorrected, PetitionCorrected)


def as_corrected(facts: Recorded) -> Recorded:
    """
    The facts by identity: what began the matter as the last correction has it, without
    answers, acts and steps that were withdrawn, and without a withdrawal that was
    undone.
    """
    # Nearly no matter is ever corrected, and this runs at each recompute.
    if not any(isinstance(fact, _CORRECTING) for fact in facts.values()):
        return facts
    opening = _last_correction(CaseCorrected, facts.values())
    registration = _last_correction(PetitionCorrected, facts.values())
    undone = _undone(facts.values())
    return {
        identity: _corrected(fact, opening, registration)
        for identity, fact in without_withdrawn_acts(facts).items()
        if not undone(fact)
    }


def _undone(facts: Collection[Fact]) -> Callable[[Fact], bool]:
    """
    Whether a fact was recorded wrongly and counts no more.
    """
    replies = {fact.reply for fact in facts if isinstance(fact, ReplyWithdrawn)}
    steps = {fact.step_id for fact in facts if isinstance(fact, PetitionStepWithdrawn)}
    is_restored = _is_restored(facts)
    untold = Counter(
        (fact.step, fact.mode, fact.outcome, fact.delivered_on)
        for fact in facts
        if isinstance(fact, NoticeDeliveryWithdrawn)
    )

    def undone(fact: Fact) -> bool:
        if isinstance(fact, ReplyGiven):
            return fact.reply in replies
        if isinstance(fact, PetitionStepTaken):
            return fact.step_id in steps
        if isinstance(fact, NoticeDelivered):
            key = fact.step, fact.mode, fact.outcome, fact.on
            # A withdrawal names no id, so it takes back one delivery that says the
            # same.
            untold[key] -= 1
            return untold[key] >= 0
        return is_restored and isinstance(fact, PetitionWithdrawn)

    return undone


def _is_restored(facts: Iterable[Fact]) -> bool:
    """
    Whether each withdrawal of the petition was undone, in whatever order they came.
    """
    kinds = Counter(type(fact) for fact in facts)
    # Also true if neither came.
    return kinds[PetitionRestored] >= kinds[PetitionWithdrawn]


def without_withdrawn_acts(facts: Recorded) -> Recorded:
    """
    The facts by identity without acts that were withdrawn, and without items of lists
    that nothing shows any more.
    """
    every = facts.values()
    withdrawn = {fact.record for fact in every if isinstance(fact, ActWithdrawn)}
    if any(isinstance(fact, DocumentWithdrawn) for fact in every):
        files = withdrawn_documents(every)
        items = (key for key, fact in facts.items() if isinstance(fact, ListItemDone))
        withdrawn |= {key for key in items if is_unshown(facts[key], files)}
    if not withdrawn:
        return facts
    return {key: fact for key, fact in facts.items() if key not in withdrawn}


def is_withdrawn(facts: Iterable[Fact]) -> bool:
    """
    Whether the matter should never have been registered; a petition stays one if only
    the case that came of it was withdrawn.
    """
    facts = tuple(facts)
    kinds = Counter(type(fact) for fact in facts)
    case_only = not kinds[PetitionRegistered]
    return (case_only and is_case_withdrawn(facts)) or not _is_restored(facts)


def is_case_withdrawn(facts: Iterable[Fact]) -> bool:
    """
    Whether the case was withdrawn more often than it was reinstated.
    """
    kinds = Counter(type(fact) for fact in facts)
    return kinds[CaseWithdrawn] > kinds[CaseReinstated]


def _last_correction(kind: type[_Numbered], facts: Iterable[Fact]) -> _Numbered | None:
    ours = (fact for fact in facts if isinstance(fact, kind))
    # By number, not by arrival: corrections may arrive in any order.
    return max(ours, key=attrgetter("correction"), default=None)


def _corrected(
    fact: Fact,
    opening: CaseCorrected | None,
    registration: PetitionCorrected | None,
) -> Fact:
    if opening and isinstance(fact, CaseOpened):
        return replace(fact, **{name: getattr(opening, name) for name in _DETAILS})
    if registration and isinstance(fact, PetitionRegistered):
        values = {name: getattr(registration, name) for name in _REGISTERED}
        return replace(fact, on=registration.received_on, **values)
    # Steps repeat the kind of the petition, and rules read it there: it is corrected
    # with it.
    if registration and isinstance(fact, PetitionStepTaken):
        category, kind = registration.category, registration.case_kind
        return replace(fact, category=category, case_kind=kind)
    if registration and isinstance(fact, NoticeDelivered):
        return replace(fact, case_kind=registration.case_kind)
    return fact
