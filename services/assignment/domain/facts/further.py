"""
The facts of a case as each of the programmes in which it stands sees them (PY-60).

A fact is recorded once. The case's own programme sees all but what is of others alone;
a further programme sees the case as if it had been opened there on the day of its
enrolment, with what that programme judged of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import replace

from services.assignment.domain.facts.base import Fact, Recorded
from services.assignment.domain.facts.duties import OccurrenceBegun
from services.assignment.domain.facts.notices import (
    NoticeAccepted,
    NoticeAnswered,
    NoticeEnded,
    NoticeIssued,
    NoticeReturned,
)
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseEnrolled,
    CaseEnrolmentWithdrawn,
    CaseOpened,
    CaseReinstated,
    CaseRepeated,
    CaseRepeatWithdrawn,
    CaseUnmerged,
    CaseWithdrawn,
    NoticeDelivered,
    PetitionCorrected,
    PetitionRegistered,
    PetitionRestored,
    PetitionStepTaken,
    PetitionStepWithdrawn,
    PetitionWithdrawn,
)

OWN = ""
"""
The key of the case's own programme among those in which it stands.
"""
_ENROLMENTS = CaseEnrolled | CaseEnrolmentWithdrawn
_OF_ONE = NoticeIssued | OccurrenceBegun
_ABOUT_NOTICES = NoticeAnswered | NoticeAccepted | NoticeReturned | NoticeEnded
_OF_ITS_OWN = (
    *(CaseOpened, PetitionRegistered, PetitionCorrected, PetitionWithdrawn),
    *(PetitionRestored, PetitionStepTaken, PetitionStepWithdrawn, NoticeDelivered),
)
"""
A petition is of one programme, whatever its case stands in.
"""
_JUDGED = ("track", "in_scope", "origin", "handed", "scope_class")


def about_enrolments(facts: Iterable[Fact]) -> bool:
    """
    Whether one of *facts* says that a case stands in a further programme, or no more.
    """
    return any(isinstance(fact, _ENROLMENTS) for fact in facts)


def seen_by_each(facts: Recorded) -> dict[str, Recorded]:
    """
    The facts by identity as the own programme sees them, and as each further one does
    by its code.
    """
    if not about_enrolments(facts.values()):
        return {OWN: facts}
    codes = dict.fromkeys(
        fact.programme for fact in facts.values() if isinstance(fact, _ENROLMENTS)
    )
    return {code: seen_by(code, facts) for code in (OWN, *codes)}


def seen_by(code: str, facts: Recorded) -> Recorded:
    """
    The facts by identity as the programme of that code sees them.
    """
    notices = {
        fact.notice
        for fact in facts.values()
        if isinstance(fact, NoticeIssued) and fact.further == code
    }
    ours = {key: fact for key, fact in facts.items() if _concerns(fact, code, notices)}
    return ours if code == OWN else _as_opened_there(code, ours)


def _concerns(fact: Fact, code: str, notices: set[str]) -> bool:
    if isinstance(fact, _ENROLMENTS):
        return fact.programme == code
    if isinstance(fact, _OF_ONE):
        return fact.further == code
    if isinstance(fact, _ABOUT_NOTICES):
        return fact.notice in notices
    return code == OWN or not isinstance(fact, _OF_ITS_OWN)


def _as_opened_there(code: str, facts: Recorded) -> Recorded:
    """
    The facts with the enrolment as the opening of the case, and with what the further
    programme judged and counts in place of what the own one does.
    """
    enrolled = next((f for f in facts.values() if isinstance(f, CaseEnrolled)), None)
    repeats, left, seen = 0, False, dict[str, Fact]()
    for key, fact in facts.items():
        if left and isinstance(fact, CaseUnmerged | CaseReinstated):
            continue  # It counts again, but not here.
        if isinstance(fact, CaseEnrolled):
            repeats = fact.repeats
            seen[key] = _opened(fact)
        elif isinstance(fact, CaseEnrolmentWithdrawn):
            left, seen[key] = True, CaseWithdrawn(on=fact.on)
        elif isinstance(fact, CaseRepeated | CaseRepeatWithdrawn):
            counted = code in fact.also
            repeats += counted if isinstance(fact, CaseRepeated) else -counted
            seen[key] = replace(fact, counted=counted)
        elif isinstance(fact, CaseReinstated):
            seen[key] = replace(fact, repeats=repeats)
        elif not isinstance(fact, CaseCorrected):
            seen[key] = fact
        elif enrolled and fact.correction > enrolled.corrections:
            repeats = max(0, repeats + fact.repeats - fact.repeats_before)
            seen[key] = _corrected(fact, enrolled, repeats)
    return seen


def _opened(enrolled: CaseEnrolled) -> CaseOpened:
    names = (field.name for field in dataclasses.fields(CaseOpened))
    return CaseOpened(**{name: getattr(enrolled, name) for name in names})


def _corrected(fact: CaseCorrected, by: CaseEnrolled, repeats: int) -> CaseCorrected:
    judged = {name: getattr(by, name) for name in _JUDGED}
    changed = tuple(name for name in fact.changed if name not in _JUDGED)
    return replace(fact, **judged, repeats=repeats, changed=changed)


def enrolled_in(facts: Iterable[Fact]) -> tuple[str, ...]:
    """
    The further programmes in which a case stands after these facts.
    """
    facts = tuple(facts)
    left = {f.programme for f in facts if isinstance(f, CaseEnrolmentWithdrawn)}
    codes = (f.programme for f in facts if isinstance(f, CaseEnrolled))
    return tuple(code for code in codes if code not in left)
