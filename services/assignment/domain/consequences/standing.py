"""
How a matter stands after its facts: open, closed, merged away, reopened.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.assignment.domain import case_offices
from services.assignment.domain.closings import after, closing
from services.assignment.domain.closings.flow_back import standing_repeats
from services.assignment.domain.consequences.leaders import leadership_of
from services.assignment.domain.facts.base import Beginning, Fact, Recorded, identity_of
from services.assignment.domain.facts.corrected import as_corrected
from services.assignment.domain.facts.received import (
    CaseMerged,
    CaseOpened,
    CaseReinstated,
    CaseUnmerged,
    CaseWithdrawn,
    HearingDecided,
    PetitionRegistered,
)
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.matter import Matter
from shared.events import Event
from shared.matter_numbers import ForeignMatter
from shared.policy.loading import Policy

_PETITION_AND_CASE = {PetitionRegistered, CaseOpened}
_TAKEN_OFF = CaseMerged | CaseWithdrawn
COUNTS_AGAIN = CaseUnmerged | CaseReinstated


def require_same_beginning(matter: Matter, fresh: Recorded) -> None:
    """
    A matter stays of the office and of the kind of its first beginning; but a petition
    may become a case.
    """
    beginnings = [
        fact
        for fact in (*matter.facts.values(), *fresh.values())
        if isinstance(fact, Beginning)
    ]
    kinds = {type(fact) for fact in beginnings}
    moves = case_offices.moves_in(matter.facts.values())
    # The office that begins a matter is the one before all moves, whatever it is now.
    began = moves[0].from_office if moves else matter.office
    offices = {fact.office for fact in beginnings} | ({began} - {""})
    if (len(kinds) > 1 and kinds != _PETITION_AND_CASE) or (
        beginnings and len(offices) > 1
    ):
        names = ", ".join(sorted({*offices, *(kind.name for kind in kinds)}))
        raise ForeignMatter(f"{matter.number} cannot be of all of these: {names}")


def stand(matter: Matter, fresh: Recorded) -> tuple[Matter, tuple[Event, ...]]:
    """
    How a matter stands after all its facts and the *fresh* ones, in the order they were
    recorded; and what a fresh merge, its undoing or a withdrawal does to the count of
    a closed case.
    """
    ends, facts = list[Event](), {**matter.facts, **fresh}
    # From nothing, not from the last state: a fact that arrives late takes its place
    # among those that are there.
    state: dict[str, Any] = {"facts": facts, **_standing("open")}
    for key, fact in as_corrected(facts).items():
        if isinstance(fact, Beginning):
            state |= {
                "programme": fact.programme,
                "opened_on": min(fact.on, state.get("opened_on") or fact.on),
            }
            if isinstance(fact, CaseOpened):
                state |= {"is_case": True, "in_scope": fact.in_scope}
            if isinstance(fact, PetitionRegistered):
                # By which a petition, too, is kept from the hub (XQ-56).
                state["case_kind"] = fact.case_kind
        elif isinstance(fact, HearingDecided):
            state["hearing_decided"] = True
        elif isinstance(fact, closing.ENDED):
            standing = closing.STANDINGS[type(fact)]
            state |= _standing(standing, fact.on, fact.confirmed_on)
        elif type(fact) in closing.STANDINGS:
            state |= _standing(closing.STANDINGS[type(fact)])
        # Only fresh ones: what an earlier merge did to the counts is announced already.
        elif isinstance(fact, _TAKEN_OFF | COUNTS_AGAIN) and key in fresh:
            undone = isinstance(fact, COUNTS_AGAIN)
            closed = replace(matter, **state).as_closed()
            ends += closing.merged_away(closed, on=fact.on, undone=undone)
    if office := case_offices.office_after(facts.values()):
        state["office"] = office
    return replace(matter, **state), tuple(ends)


def reopened_by_repeat(
    now: Matter, fresh: Recorded, policy: Policy
) -> tuple[dict[str, Fact], tuple[Event, ...]]:
    """
    A fresh petition of the matter within the watch reopens the case (A-21, XQ-44).

    While the case is merged away nothing counts; it flows back when it counts again.
    """
    programme = policy.programmes.get(now.programme)
    again = [fact.on for fact in fresh.values() if isinstance(fact, COUNTS_AGAIN)]
    reopening = after.repeat_that_reopens(
        standing_repeats(now.facts.items()) if again else fresh.items(),
        *(now.standing, now.concluded_on, programme.closing.watch),
    )
    # The matter knows only later whether a fresh fact merged it away, or no longer.
    if reopening is None or leadership_of(now, programme, policy).merged:
        return {}, ()
    repeat, came_on = reopening
    # Not before the case counts again: until then its figures have it nowhere.
    on = max([came_on, *again])
    case = replace(now.as_closed(), merged=False)
    _, event = closing.reopen(case, on=on, today=on)
    return {identity_of(repeat, "reopened"): fact_of(event)}, (event,)


def _standing(
    standing: str, concluded_on: date | None = None, confirmed_on: date | None = None
) -> dict[str, Any]:
    return {
        "standing": standing,
        "concluded_on": concluded_on,
        "confirmed_on": confirmed_on,
    }
