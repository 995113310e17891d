"""
What each fact changes in who leads a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.assignment.domain.facts.base import Fact, PostOf
from services.assignment.domain.facts.batches import (
    BatchWithdrawn,
    CaseMoved,
    HandedDown,
    ObjectionDecided,
)
from services.assignment.domain.facts.leaders import (
    ActRecorded,
    CaseAppraised,
    LeaderRecused,
    LeadersConfirmed,
    LeaderSucceeded,
)
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseMerged,
    CaseOpened,
    CaseReinstated,
    CaseUnmerged,
    CaseWithdrawn,
)
from services.assignment.domain.leaders.leading import JUDGED, MARKS, Leadership
from shared.vocabulary import ObjectionVerdict

_TRAITS: tuple[str, ...] = ("origin", "case_kind", "difficulty", *MARKS)
_FIELDS = (
    "department",
    "handler_post",
    "team",
    "resolve_by",
    "responsible_post",
    "contact",
    "territorial_office",
)


def _opened(leading: Leadership, fact: CaseOpened) -> Leadership:
    return replace(
        _named(leading, fact),
        came_handed=fact.handed,
        track=fact.track,
        traits={name: fact.fields[name] for name in _TRAITS},
    )


def _corrected(leading: Leadership, fact: CaseCorrected) -> Leadership:
    """
    Only what the correction changed: what a person confirmed or judged meanwhile stays,
    and who stands back does not handle the case (S11).
    """
    values = {name: fact.fields[name] for name in fact.changed if name in fact.fields}
    traits = {name: values[name] for name in _TRAITS if name in values}
    fields = {
        name: values[name]
        for name in _FIELDS
        if values.get(name) and (leading.office, values[name]) not in leading.recused
    }
    before = leading.named
    if "leaders" in values:
        offices = {office for office, _ in fact.leaders}
        before = tuple(leader for leader in before if leader[0] not in offices)
        before = (*before, *fact.leaders)
    return replace(
        leading,
        named=before,
        came_handed=values.get("handed", leading.came_handed),
        track=values.get("track", leading.track),
        traits={**leading.traits, **traits},
        **fields,
    )


def _named(leading: Leadership, fact: CaseOpened | LeadersConfirmed) -> Leadership:
    """
    Newly named leaders replace those of the same office; the others stay.
    """
    offices = {office for office, _ in fact.leaders}
    kept_leaders = [leader for leader in leading.named if leader[0] not in offices]
    fields = {name: value for name in _FIELDS if (value := fact.get(name))}
    leaders = (*kept_leaders, *fact.leaders)
    # A holder is known only as long as the post stays named and with the same person.
    stay = set(leaders) - new_holders(fact)
    holders = {who: holder for who, holder in leading.holders.items() if who in stay}
    holders |= {
        (office, post): holder for office, post, holder in fact.get("holders") or ()
    }
    return replace(leading, named=leaders, holders=holders, **fields)


def _succeeded(leading: Leadership, fact: LeaderSucceeded) -> Leadership:
    who = (fact.leader_office, fact.post)
    # Meanwhile the post may lead the case no more.
    if who not in leading.named:
        return leading
    return replace(leading, holders={**leading.holders, who: fact.holder})


def _handed(leading: Leadership, fact: HandedDown) -> Leadership:
    """
    A person may have confirmed the track of the batch (PY-47).
    """
    track = fact.track or leading.track
    return replace(leading, batches=(*leading.batches, fact.batch), track=track)


def _withdrawn(
    leading: Leadership, fact: BatchWithdrawn | ObjectionDecided
) -> Leadership:
    """
    The case left a batch.
    """
    batches = tuple(batch for batch in leading.batches if batch != fact.batch)
    return replace(leading, batches=batches)


def _objection(leading: Leadership, fact: ObjectionDecided) -> Leadership:
    """
    A case returned leaves its batch (TL-04).
    """
    is_returned = fact.verdict == ObjectionVerdict.RETURNED
    return _withdrawn(leading, fact) if is_returned else leading


def _appraised(leading: Leadership, fact: CaseAppraised) -> Leadership:
    judgements = {n: value for n in JUDGED if (value := fact.get(n)) is not None}
    after = replace(leading, traits={**leading.traits, **judgements})
    if fact.sensitive is None:
        return after
    return replace(after, sensitive_until=fact.review_on if fact.sensitive else None)


def _acted(leading: Leadership, fact: ActRecorded) -> Leadership:
    return replace(leading, acts=leading.acts | {fact.act})


def _recused(leading: Leadership, fact: LeaderRecused) -> Leadership:
    """
    Who stands back also handles the case no longer, and another must be named.
    """
    who = (fact.leader_office, fact.post)
    if fact.holder is not None:
        holding = (*who, fact.holder)
        still = tuple(each for each in leading.recused_holders if each != holding)
        return replace(
            leading, recused_holders=still if fact.lifted else (*still, holding)
        )
    others = tuple(post for post in leading.recused if post != who)
    if fact.lifted:
        return replace(leading, recused=others)
    recused_post = fact.post if fact.own else None

    def unless_gone(title: str | None) -> str | None:
        return None if title == recused_post else title

    return replace(
        leading,
        recused=(*others, who),
        handler_post=unless_gone(leading.handler_post),
        responsible_post=unless_gone(leading.responsible_post),
    )


def _moved(leading: Leadership, fact: CaseMoved) -> Leadership:
    """
    Who led at the office that had the case leads it no more, and what that office named
    of its own falls away with it; the leaders of other offices, and the day by which
    the case is to be resolved, stay.
    """
    former = fact.from_office
    return replace(
        leading,
        office=fact.to_office,
        named=tuple(who for who in leading.named if who[0] != former),
        holders={
            who: holder for who, holder in leading.holders.items() if who[0] != former
        },
        department=None,
        handler_post=None,
        team=None,
        responsible_post=None,
        contact=None,
    )


def _merged(leading: Leadership, _fact: CaseMerged | CaseWithdrawn) -> Leadership:
    """
    A case that was merged away, or withdrawn, is led by nobody.
    """
    return replace(leading, merged=True)


def _unmerged(leading: Leadership, _fact: CaseUnmerged | CaseReinstated) -> Leadership:
    return replace(leading, merged=False)


# What each fact changes; of one day they count in this order.
AFTER: Mapping[type[Fact], Callable[[Leadership, Any], Leadership]] = {
    CaseOpened: _opened,
    CaseCorrected: _corrected,
    HandedDown: _handed,
    ObjectionDecided: _objection,
    BatchWithdrawn: _withdrawn,
    CaseAppraised: _appraised,
    ActRecorded: _acted,
    LeadersConfirmed: _named,
    LeaderSucceeded: _succeeded,
    LeaderRecused: _recused,
    CaseMerged: _merged,
    CaseUnmerged: _unmerged,
    CaseWithdrawn: _merged,
    CaseReinstated: _unmerged,
    CaseMoved: _moved,
}
ORDER = tuple(AFTER)
# What can change who leads; an act only fills in a field that the case must have.
BEARING = tuple(kind for kind in ORDER if kind is not ActRecorded)


def new_holders(fact: Fact) -> frozenset[PostOf]:
    """
    The posts that have passed to somebody else, who leads from that day.
    """
    if isinstance(fact, LeadersConfirmed):
        return frozenset(fact.new_holders)
    return frozenset()
