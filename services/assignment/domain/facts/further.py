"""
The facts of a case as each of the programmes in which it stands sees them (PY-60).

A fact is recorded once. The case's own programme sees all but what is of others alone;
a further programme sees the case as if it had been opened there on the day of its
enrolment, with what that programme judged of it.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter

from services.assignment.domain.facts.base import Fact, Recorded
from services.assignment.domain.facts.duties import OccurrenceBegun
from services.assignment.domain.facts.leaders import ListItemDone
from services.assignment.domain.facts.notices import (
    NoticeAccepted,
    NoticeAnswered,
    NoticeEnded,
    NoticeIssued,
    NoticeReturned,
)
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseDetails,
    CaseEnrolled,
    CaseEnrolmentWithdrawn,
    CaseMerged,
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
_COUNTS_OR_NOT = CaseMerged | CaseUnmerged | CaseWithdrawn | CaseReinstated
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
    # Nearly every case stands in its own programme alone.
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


def without_other_lists(facts: Iterable[Fact], code: str) -> list[Fact]:
    """
    The facts without items of the lists of other programmes than that of *code*.
    """
    return [fact for fact in facts if not _of_another_list(fact, code)]


def _of_another_list(fact: Fact, code: str) -> bool:
    return isinstance(fact, ListItemDone) and fact.further not in {None, code}


def _concerns(fact: Fact, code: str, notices: set[str]) -> bool:
    if isinstance(fact, _ENROLMENTS):
        return fact.programme == code
    if isinstance(fact, _OF_ONE):
        return fact.further == code
    if isinstance(fact, _ABOUT_NOTICES):
        return fact.notice in notices
    if _of_another_list(fact, code):
        return False
    return code == OWN or not isinstance(fact, _OF_ITS_OWN)


def _as_opened_there(code: str, facts: Recorded) -> Recorded:
    """
    Return the facts as the further programme sees them: the first enrolment is the
    opening of the case, the withdrawal of an enrolment and the next one are those of
    the case, and the programme's own judgements and counts replace those of the case's
    own programme.
    """
    meanwhile = _while_not_there(facts)
    every = [fact for fact in facts.values() if isinstance(fact, CaseEnrolled)]
    enrolment = min(every, key=attrgetter("period"), default=None)
    # Which repeats count is another number in each programme, so it is counted again
    # here.
    repeats, facts_seen = 0, dict[str, Fact]()
    for key, fact in facts.items():
        if key in meanwhile:
            continue
        if isinstance(fact, CaseEnrolled):
            repeats = fact.repeats
            if fact.period == 1:
                facts_seen[key] = _opened(fact)
            else:
                facts_seen[key] = CaseReinstated(on=fact.on, repeats=fact.repeats)
                facts_seen[f"{key}/judged"] = _judged_again(fact, enrolment)
            enrolment = fact
        elif isinstance(fact, CaseEnrolmentWithdrawn):
            facts_seen[key] = CaseWithdrawn(on=fact.on)
        elif isinstance(fact, CaseRepeated | CaseRepeatWithdrawn):
            # `also` names the further programmes in whose window the repeat fell.
            counts = code in fact.also
            repeats += counts if isinstance(fact, CaseRepeated) else -counts
            facts_seen[key] = replace(fact, counted=counts)
        elif isinstance(fact, CaseReinstated):
            facts_seen[key] = replace(fact, repeats=repeats)
        elif not isinstance(fact, CaseCorrected):
            facts_seen[key] = fact
        # An enrolment knows the corrections before it; only later ones change it.
        elif enrolment and fact.correction > enrolment.corrections:
            repeats = max(0, repeats + fact.repeats - fact.repeats_before)
            facts_seen[key] = _corrected(fact, enrolment, repeats)
    return facts_seen


def _while_not_there(facts: Recorded) -> set[str]:
    """
    Return the identities of the merges, withdrawals and their undoing between the
    withdrawal of an enrolment and the next one, when the case does not stand in the
    programme.
    """
    withdrawn, keys = False, set[str]()
    for key, fact in sorted(facts.items(), key=lambda item: item[1].on):
        if isinstance(fact, _ENROLMENTS):
            withdrawn = isinstance(fact, CaseEnrolmentWithdrawn)
        elif withdrawn and isinstance(fact, _COUNTS_OR_NOT):
            keys.add(key)
    return keys


def _judged_again(fact: CaseEnrolled, before: CaseEnrolled | None) -> CaseCorrected:
    """
    Return what a later enrolment states differently from the one *before*, as a
    correction. It holds until the next correction of the case.
    """
    names = [field.name for field in dataclasses.fields(CaseDetails)]
    details = {name: getattr(fact, name) for name in names}
    changed = (
        name
        for name, value in details.items()
        if name != "on" and before and getattr(before, name) != value
    )
    return CaseCorrected(
        **details, correction=_number_after(fact.corrections), changed=tuple(changed)
    )


def _number_after(corrections: int) -> int:
    """
    Return a number for a judgement made after so many corrections. Corrections
    themselves have even numbers (`2 * number`), so it falls between two of them.
    """
    return 2 * corrections + 1


def _opened(enrolled: CaseEnrolled) -> CaseOpened:
    names = (field.name for field in dataclasses.fields(CaseOpened))
    return CaseOpened(**{name: getattr(enrolled, name) for name in names})


def _corrected(fact: CaseCorrected, by: CaseEnrolled, repeats: int) -> CaseCorrected:
    judgements = {name: getattr(by, name) for name in _JUDGED}
    names = tuple(name for name in fact.changed if name not in _JUDGED)
    return replace(
        fact,
        **judgements,
        correction=2 * fact.correction,
        repeats=repeats,
        changed=names,
    )


def enrolled_in(facts: Iterable[Fact]) -> tuple[str, ...]:
    """
    The further programmes in which a case stands after these facts.
    """
    times = Counter[str]()
    for fact in facts:
        if isinstance(fact, CaseEnrolled):
            times[fact.programme] += 1
        elif isinstance(fact, CaseEnrolmentWithdrawn):
            times[fact.programme] -= 1
    return tuple(code for code, standing in times.items() if standing > 0)
