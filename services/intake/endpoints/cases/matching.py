"""
Repeats and duplicates: proposed with their evidence, decided by a person (A-16, PY-19).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from uuid_utils import uuid7

from services.intake.casework.matters import require_among
from services.intake.casework.proposals import follow_change
from services.intake.casework.repeats import count_anew
from services.intake.domain.cases.repeats import Earlier, MatterDecision, decide
from services.intake.domain.petitions.petitions import Petition
from services.intake.endpoints.cases.candidates import (
    compared,
    is_shown,
    proposed,
    proposed_for_petition,
)
from services.intake.endpoints.lookup import case_of, petition_of
from services.intake.endpoints.petitions.petitions import shown_petition
from services.intake.schemas import PetitionView
from services.intake.schemas.cases.matching import (
    CandidatesView,
    DuplicateView,
    MatterBody,
    UndecidedRepeatView,
)
from services.intake.store import (
    Candidate,
    CountedRepeats,
    Matching,
    MatterDecisions,
    Petitions,
    UndecidedRepeats,
)
from services.intake.store.matching.match_rules import match_rules
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.rules import not_the_accused
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery


@api("GET", "/petitions/<number>/candidates", answer=CandidatesView)
def propose_for_petition(call: Call) -> dict[str, Any]:
    """
    Name the petitions and cases that a petition may be a repeat of, with the evidence
    of every field, but for those on which a person has decided.
    """
    return proposed_for_petition(call, petition_of(call))


@api("GET", "/cases/<number>/candidates", answer=CandidatesView)
def propose_for_case(call: Call) -> dict[str, Any]:
    """
    Name the petitions and cases that may be the same matter as a case, but for the
    petitions that count as its repeats.
    """
    number = case_of(call).number
    matching = Matching(call.session, match_rules())
    counted = CountedRepeats(call.session).numbers_of_case(number)
    like_it = [f for f in matching.like_case(number) if f.number not in counted]
    candidates = proposed(call, matching.case(number), like_it)
    return {"number": number, **candidates, "decisions": []}


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
    decision = MatterDecision(id=str(uuid7()), petition=number, **_decided(call.body))
    # Nobody locks what it may not see.
    locked = _matters(call, *_in_sight(call, decision))
    named = filter(None, (number, decision.same_as))
    petitions.lock_matters(locked, {*named, *petitions.repeating_numbers(number)})
    petition, earlier = _in_sight(call, decision)
    require_among(_matters(call, petition, earlier), locked)
    decisions = MatterDecisions(call.session)
    after = decide(petition, decision, earlier, today=call.today)
    call.changed(petition, after)
    petitions.update(after)
    decisions.insert(decision)
    refused = decision.same_as if decision.new_facts else None
    UndecidedRepeats(call.session).decided(number, refused)
    if after.repeat_of and earlier:
        decisions.join(after, earlier)
    elif petition.repeat_of:
        decisions.part(after)
    if after.repeat_of != petition.repeat_of:
        count_anew(call.session, after, call.today, decided_on=decision.decided_on)
    if after.repeat_of is None:
        on, by = decision.decided_on, call.who.account
        after = follow_change(call.session, after, on, call.today, by=by)
    return shown_petition(call, after)


@api("GET", "/duplicates", query=ListQuery, answer=DuplicateView, many=True)
def list_duplicates(call: Call) -> Page[Any]:
    """
    List pairs of cases that look like one matter, with the evidence.

    A page is of so many cases; it may have fewer pairs, or none, and a next one.
    """
    page = Matching(call.session, match_rules()).same_matter(call.offices(), call.page)
    pairs = [pair for one, others in page.items for pair in _pairs(call, one, others)]
    return Page(pairs, page.next)


@api(
    "GET",
    "/undecided-repeats",
    query=ListQuery,
    answer=UndecidedRepeatView,
    many=True,
)
def list_undecided_repeats(call: Call) -> Page[Any]:
    """
    List the petitions of an office and of those below it that count as first ones while
    nobody has decided on what they very likely repeat, those that wait longest first.
    """
    page = UndecidedRepeats(call.session).of_offices(call.offices(), call.page)
    return page.map(
        lambda row: {**vars(row), "waiting_days": (call.today - row.shown_on).days}
    )


def _in_sight(call: Call, decision: MatterDecision) -> tuple[Petition, Earlier | None]:
    """
    The petition that a decision is about, and what it is to repeat.

    Raises `NotFound`, `Rejected` for what is kept from the petition's office.
    """
    petition = petition_of(call)
    if decision.same_as is None:
        return petition, None
    source = MatterDecisions(call.session).earlier(decision.same_as)
    seen = source[1] if source and call.may_see(source[0]) else None
    earlier = or_not_found(seen, "信访件或案件", decision.same_as)
    directory, accused = current_policy().directory, earlier.accused
    reject_if(
        not_the_accused(petition.office, accused, directory, call.today, "/same_as")
    )
    return petition, earlier


def _matters(call: Call, petition: Petition, earlier: Earlier | None) -> set[str]:
    """
    The matters of both; of a record that has none yet, its number stands for it.
    """
    its = Petitions(call.session).matter(petition.number) or petition.number
    return {its, earlier.matter or earlier.number} if earlier else {its}


def _decided(body: dict[str, Any]) -> dict[str, Any]:
    return {"same_as": None, **body}


def _pairs(
    call: Call, one: Candidate, others: list[Candidate]
) -> Iterator[dict[str, Any]]:
    """
    The pairs of a case with others that reach the strongest level, as far as the caller
    may see both.
    """
    strongest = match_rules().levels[0]
    for other, comparison in compared(one.content, others, strongest):
        if comparison.level == strongest and all(
            is_shown(call, each) for each in (one, other)
        ):
            yield {
                "numbers": [one.number, other.number],
                "why": [each.text for each in comparison.evidence if each.points > 0],
                "score": comparison.score,
                "evidence": comparison.evidence,
            }
