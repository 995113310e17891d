"""
The facts from which follows what is owed, and the offices that have a part in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest

from services.assignment.domain.batches.batches import without_presumed
from services.assignment.domain.closings.flow_back import repeats_after_closing
from services.assignment.domain.duties.owners import Move, Turn
from services.assignment.domain.facts.base import Fact, Recorded, Step
from services.assignment.domain.facts.batches import CaseMoved, UnitsAgreed
from services.assignment.domain.facts.corrected import as_corrected
from services.assignment.domain.facts.leaders import CaseLed
from services.assignment.domain.leaders import units
from services.assignment.domain.leaders.row_marks import appraisals
from shared.policy.loading import Policy
from shared.policy.programme import Programme


def facts_of_duties(
    facts: Recorded,
    office: str,
    opened_on: date,
    led: Sequence[Step],
    *,
    is_case: bool,
    sensitive_days: int | None,
) -> list[Fact]:
    """
    Return the facts from which the duties of a matter of an office follow: its facts as
    corrected, and facts computed from them, such as that the case is *led*.
    *sensitive_days*: for how long a ledger row marks its case as sensitive.
    """
    every = tuple(facts.values())
    parts = [*units.parts_in(office, opened_on, every)] if is_case else []
    told = without_presumed(as_corrected(facts).values())
    if parts:
        told = [*units.with_parts(told, office, opened_on)]
    return [
        *_with_led(told, led),
        *appraisals(every, sensitive_days),
        *repeats_after_closing(every),
        *parts,
    ]


def _with_led(facts: Sequence[Fact], steps: Sequence[Step]) -> list[Fact]:
    """
    Return the facts with one for each day on which the case became led. If it became
    led and moved away on the same day, the new fact stands before the move.
    """
    every = list(facts)
    for step, following in zip_longest(steps, steps[1:]):
        if step.kind != "named":
            continue
        lost_that_day = following is not None and following.on == step.on
        moves = (
            place
            for place, fact in enumerate(every)
            if lost_that_day and isinstance(fact, CaseMoved) and fact.on == step.on
        )
        # Facts of one day stand in their order: the move ended the lead, so being led
        # comes before it.
        every.insert(next(moves, len(every)), CaseLed(on=step.on))
    return every


def turns_of(facts: Sequence[Fact], programme: Programme, policy: Policy) -> list[Turn]:
    """
    How the offices that have a part in a matter changed: the office that has it, and
    the units that help.
    """
    limit = programme.hand_over.limit if programme.hand_over else None
    changes = (
        (place, fact)
        for place, fact in enumerate(facts)
        if isinstance(fact, CaseMoved | UnitsAgreed)
    )
    holder, helping, turns = "", frozenset[str](), list[Turn]()
    for place, fact in sorted(changes, key=lambda change: change[1].on):
        left = fact.from_office if isinstance(fact, CaseMoved) else None
        if isinstance(fact, CaseMoved):
            holder = fact.to_office
            helping -= {fact.from_office, holder}
        else:
            holder = next(iter(units.leads(fact.units)), holder)
            helping = frozenset(code for code, _ in fact.units) - {holder}
        not_before = policy.calendar.due(fact.on, limit).day if limit else None
        turns.append(Turn(Move(fact.on, place, holder, not_before), left, helping))
    return turns
