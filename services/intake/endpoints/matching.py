"""
Repeats and duplicates: proposed with their evidence, decided by a person (A-16, PY-19).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import eventlet
from uuid_utils import uuid7

from services.intake.casework import count_repeat
from services.intake.domain.matching import Comparison, compare
from services.intake.domain.matching.record import Prepared
from services.intake.domain.repeats import MatterDecision, decide
from services.intake.endpoints.petitions import shown_petition
from services.intake.matching import match_rules
from services.intake.schemas import ListQuery, PetitionView
from services.intake.schemas.matching import (
    CandidatesView,
    DuplicateView,
    MatterBody,
)
from services.intake.store import Cases, Found, Matching, MatterDecisions, Petitions
from shared.policy.current import current_policy
from shared.web.endpoint import CLERKS, Call, api, in_sight, or_not_found
from shared.web.paging import Page

_AT_ONCE = 50  # records that are compared before others have their turn


@api("GET", "/petitions/<number>/candidates", answer=CandidatesView)
def propose_for_petition(call: Call) -> dict[str, Any]:
    """
    Name the petitions and cases that a petition may be a repeat of, with the evidence
    of every field. A person decides.
    """
    number = call.path["number"]
    in_sight(call, Petitions(call.session).get(number), "信访件", number)
    matching = Matching(call.session, match_rules())
    decided = MatterDecisions(call.session).of_petition(number)
    found = matching.like_petition(number)
    return _proposed(call, matching.petition(number), found) | {"decisions": decided}


@api("GET", "/cases/<number>/candidates", answer=CandidatesView)
def propose_for_case(call: Call) -> dict[str, Any]:
    """
    Name the petitions and cases that may be the same matter as a case, likewise.
    """
    number = call.path["number"]
    in_sight(call, Cases(call.session).get(number), "案件", number)
    matching = Matching(call.session, match_rules())
    found = matching.like_case(number)
    return _proposed(call, matching.case(number), found) | {"decisions": []}


@api(
    "POST",
    "/petitions/<number>/matter",
    roles=CLERKS,
    body=MatterBody,
    answer=PetitionView,
)
def decide_matter(call: Call) -> dict[str, Any]:
    """
    Decide that a petition repeats a petition or a case, or that it brings new facts.
    """
    number, petitions = call.path["number"], Petitions(call.session)
    decision = MatterDecision(id=str(uuid7()), petition=number, **_said(call.body))
    for each in sorted(filter(None, {number, decision.same_as})):
        petitions.get(each, lock=True)
    petition = in_sight(call, petitions.get(number), "信访件", number)
    decisions, earlier = MatterDecisions(call.session), None
    if decision.same_as:
        found = decisions.earlier(decision.same_as)
        seen = found[1] if found and call.may_see(found[0]) else None
        if seen and _kept_from(petition.office, seen.accused, call.today):
            seen = None
        earlier = or_not_found(seen, "信访件或案件", decision.same_as)
    after = decide(petition, decision, earlier, today=call.today)
    call.changed(petition, after)
    petitions.update(after)
    decisions.insert(decision)
    if after.repeat_of and earlier:
        decisions.join(after, earlier)
        if petition.repeat_of is None:
            count_repeat(call.session, after, call.today)
    elif petition.repeat_of:
        decisions.part(after)
    return shown_petition(call, after)


@api("GET", "/duplicates", query=ListQuery, answer=DuplicateView, many=True)
def list_duplicates(call: Call) -> Page[Any]:
    """
    List pairs of cases that look like one matter, with the evidence.

    A page is of so many cases; it may have fewer pairs, or none, and a next one.
    """
    page = Matching(call.session, match_rules()).same_matter(call.offices(), call.page)
    pairs = [pair for one, others in page.items for pair in _pairs(one, others)]
    return Page(pairs, page.next)


def _said(body: dict[str, Any]) -> dict[str, Any]:
    return {"same_as": None, **body}


def _proposed(call: Call, content: Prepared, found: list[Found]) -> dict[str, Any]:
    shown = [
        each
        for each in found
        if not _kept_from(call.who.office, each.accused, call.today)
    ]
    likely = [(each, c) for each, c in _compared(content, shown) if c.level]
    likely.sort(key=lambda pair: (-pair[1].score, pair[0].number))
    seen = [_candidate(each, c) for each, c in likely if call.may_see(each.office)]
    return {
        "number": call.path["number"],
        "candidates": seen,
        "elsewhere": len(likely) - len(seen),
    }


def _kept_from(office: str, accused: str | None, today: date) -> bool:
    """
    Whether an *office* is the accused one, or below it.
    """
    directory = current_policy().directory
    return accused is not None and directory.is_within(office, accused, today)


def _compared(
    content: Prepared, found: Iterable[Found]
) -> Iterator[tuple[Found, Comparison]]:
    for index, each in enumerate(found):
        if index % _AT_ONCE == _AT_ONCE - 1:
            eventlet.sleep(0)
        yield each, compare(content, each.content, match_rules())


def _candidate(found: Found, comparison: Comparison) -> dict[str, Any]:
    return {
        **{name: getattr(found, name) for name in ("number", "office", "kind", "on")},
        "level": comparison.level.id if comparison.level else None,
        "person_points": comparison.person,
        "matter_points": comparison.matter,
        "score": comparison.score,
        "evidence": comparison.evidence,
        "explanation": comparison.explanation,
    }


def _pairs(one: Found, others: list[Found]) -> Iterator[dict[str, Any]]:
    """
    The pairs of a case with others that reach the strongest level.
    """
    strongest = match_rules().levels[0]
    for other, comparison in _compared(one.content, others):
        if comparison.level == strongest:
            yield {
                "numbers": [one.number, other.number],
                "why": [each.text for each in comparison.evidence if each.points > 0],
                "score": comparison.score,
                "evidence": comparison.evidence,
            }
