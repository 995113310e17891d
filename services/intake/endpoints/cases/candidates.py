"""
What may be the same matter as a petition or a case, as far as a caller may see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import eventlet

from services.intake.domain.matching import Comparison, Level, compare, reaches
from services.intake.domain.matching.record import Prepared
from services.intake.domain.petitions.petitions import Petition
from services.intake.endpoints.lookup import kept_from
from services.intake.store import Candidate, Matching, MatterDecisions, Petitions
from services.intake.store.matching.match_rules import match_rules
from shared.web.call import Call
from shared.web.lookup import is_content_kept

_AT_ONCE = 50  # records that are compared before others have their turn


def proposed(
    call: Call, content: Prepared, candidates: list[Candidate]
) -> dict[str, Any]:
    """
    The records that are like one with this *content*, the best first, with the
    evidence; and how many there are at offices that the caller does not see.
    """
    shown = [
        each
        for each in candidates
        if not kept_from(call, call.who.office, each.accused)
    ]
    likely = [(each, c) for each, c in compared(content, shown) if c.level]
    likely.sort(key=lambda pair: (-pair[1].score, pair[0].number))
    seen = [_candidate(each, c) for each, c in likely if is_shown(call, each)]
    return {"candidates": seen, "elsewhere": len(likely) - len(seen)}


def is_shown(call: Call, candidate: Candidate) -> bool:
    """
    Whether the caller may see a record, and not only how far it is.
    """
    return call.may_see(candidate.office) and not is_content_kept(call, candidate)


def proposed_for_petition(call: Call, petition: Petition) -> dict[str, Any]:
    """
    What is `proposed` for a stored petition, but for those on which a person has
    decided, and these decisions.
    """
    number, apart = petition.number, {petition.split_from, petition.split_into}
    matching = Matching(call.session, match_rules())
    decided = MatterDecisions(call.session).of_petition(number)
    apart |= {each.same_as for each in decided}
    if petition.matter_decided_on:
        apart.add(petition.repeat_of)
    like_it = [f for f in matching.like_petition(number) if f.number not in apart]
    candidates = proposed(call, matching.petition(number), like_it)
    return {"number": number, **candidates, "decisions": decided}


def undecided(call: Call, petition: Petition) -> list[str]:
    """
    The numbers of those proposed with the strongest level, on which a person has still
    to decide (S2): none once new facts were stated, and none of those that repeat it.
    """
    shown = proposed_for_petition(call, petition)
    likely = very_likely(shown["candidates"], petition.received_on)
    later = {*Petitions(call.session).repeating_numbers(petition.number)}
    likely = [number for number in likely if number not in later]
    return still_undecided(call, petition, likely)


def still_undecided(call: Call, petition: Petition, likely: list[str]) -> list[str]:
    """
    Those of the *likely* numbers on which nobody has decided; none once new facts were
    stated.
    """
    if not likely:
        return []
    decisions = MatterDecisions(call.session).of_petition(petition.number)
    if any(each.new_facts and each.same_as is None for each in decisions):
        return []
    decided = {each.same_as for each in decisions}
    return [number for number in likely if number not in decided]


def very_likely(candidates: list[dict[str, Any]], until: date) -> list[str]:
    """
    The numbers of those that are `proposed` with the strongest level and came in no
    later than *until*: nothing repeats what came after it.
    """
    strongest = match_rules().levels[0].id
    return [
        each["number"]
        for each in candidates
        if each["level"] == strongest and each["on"] <= until
    ]


def compared(
    content: Prepared, candidates: Iterable[Candidate], level: Level | None = None
) -> Iterator[tuple[Candidate, Comparison]]:
    """
    Each record with the comparison, or each that reaches a *level*; others have their
    turn in between.
    """
    rules = match_rules()
    for index, each in enumerate(candidates):
        if index % _AT_ONCE == _AT_ONCE - 1:
            eventlet.sleep(0)
        if level is None or reaches(content, each.content, rules, level):
            yield each, compare(content, each.content, rules)


def _candidate(candidate: Candidate, comparison: Comparison) -> dict[str, Any]:
    return {
        **{
            name: getattr(candidate, name)
            for name in ("number", "office", "kind", "on")
        },
        "level": comparison.level.id if comparison.level else None,
        "person_points": comparison.person,
        "matter_points": comparison.matter,
        "score": comparison.score,
        "evidence": comparison.evidence,
        "explanation": comparison.explanation,
    }
