"""
The facts of a matter as corrections leave them: what was registered wrongly counts as
it should have been registered.

Who leads a case is no question of this: a leader who is filled in later leads from that
day (`leaders/leadership.py`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from typing import TypeVar

from services.assignment.domain.facts.base import Fact, Recorded
from services.assignment.domain.facts.leaders import ActWithdrawn
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseDetails,
    CaseOpened,
    CaseWithdrawn,
    NoticeDelivered,
    PetitionCorrected,
    PetitionRegistered,
    PetitionStepTaken,
    PetitionWithdrawn,
    ReplyGiven,
    ReplyWithdrawn,
)

CORRECTIONS = (CaseCorrected, PetitionCorrected, ActWithdrawn)
"""
After which a duty may never have been opened.
"""
_CORRECTING = (*CORRECTIONS, ReplyWithdrawn)
_DETAILS = tuple(f.name for f in dataclasses.fields(CaseDetails) if f.name != "on")
_REGISTERED = (
    *("channel", "category", "case_kind", "first"),
    *("origin", "topic", "registration_level", "persons"),
)
_Numbered = TypeVar("_Numbered", CaseCorrected, PetitionCorrected)


def as_corrected(facts: Recorded) -> Recorded:
    """
    The facts by identity: what began the matter as the last correction has it, without
    answers and acts that were withdrawn.
    """
    if not any(isinstance(fact, _CORRECTING) for fact in facts.values()):
        return facts
    opening = _last(CaseCorrected, facts.values())
    registration = _last(PetitionCorrected, facts.values())
    withdrawn = {f.reply for f in facts.values() if isinstance(f, ReplyWithdrawn)}
    return {
        identity: _corrected(fact, opening, registration)
        for identity, fact in without_withdrawn_acts(facts).items()
        if not (isinstance(fact, ReplyGiven) and fact.reply in withdrawn)
    }


def without_withdrawn_acts(facts: Recorded) -> Recorded:
    """
    The facts by identity without acts that were withdrawn.
    """
    gone = {fact.record for fact in facts.values() if isinstance(fact, ActWithdrawn)}
    if not gone:
        return facts
    return {key: fact for key, fact in facts.items() if key not in gone}


def is_withdrawn(facts: Iterable[Fact]) -> bool:
    """
    Whether the matter should never have been registered; a petition stays one if only
    the case that came of it was withdrawn.
    """
    kinds = {type(fact) for fact in facts}
    case_only = CaseWithdrawn in kinds and PetitionRegistered not in kinds
    return case_only or PetitionWithdrawn in kinds


def _last(kind: type[_Numbered], facts: Iterable[Fact]) -> _Numbered | None:
    ours = (fact for fact in facts if isinstance(fact, kind))
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
    if registration and isinstance(fact, PetitionStepTaken):
        category, kind = registration.category, registration.case_kind
        return replace(fact, category=category, case_kind=kind)
    if registration and isinstance(fact, NoticeDelivered):
        return replace(fact, case_kind=registration.case_kind)
    return fact
