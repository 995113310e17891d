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
from services.assignment.domain.facts.batches import CaseMoved
from services.assignment.domain.facts.closings import CaseRestored, CaseStruckOff
from services.assignment.domain.facts.corrected import as_corrected
from services.assignment.domain.facts.leaders import CaseLed
from services.assignment.domain.leaders import units
from services.assignment.domain.leaders.row_marks import with_row_marks
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
    standing = without_presumed(as_corrected(facts).values())
    told = [*with_row_marks(standing, sensitive_days, only_last=True)]
    if is_case:
        told = [*units.with_parts(told, office, opened_on)]
    return [
        *_with_led(told, led),
        *repeats_after_closing(tuple(facts.values())),
    ]


def _with_led(facts: Sequence[Fact], steps: Sequence[Step]) -> list[Fact]:
    """
    Return the facts with one for each day on which the case became led. If it became
    led and moved away on the same day, the new fact stands before the move, the next
    one before the next move of that day. If it became led while it was struck off, it
    is led anew once it is restored.
    """
    every, reached = list(facts), (date.min, 0)
    for step, following in zip_longest(steps, steps[1:]):
        if step.kind != "named":
            continue
        lost = following if following and following.on == step.on else None
        _, since = max(reached, (step.on, 0))
        moves = (
            place
            for place, fact in enumerate(every)
            if lost
            and place >= since
            and isinstance(fact, CaseMoved)
            and fact.on == step.on
        )
        # Facts of one day stand in their order: the move ended the lead, so being led
        # comes before it.
        place = next(moves, len(every))
        every.insert(place, CaseLed(on=step.on))
        if lost and lost.why == CaseMoved.name:
            reached = step.on, place + 2
        lost_on = following.on if following else date.max
        restored_at = _restored_while(every, step.on, lost_on)
        if restored_at is not None:
            every.insert(restored_at + 1, CaseLed(on=every[restored_at].on))
    return every


def _restored_while(facts: Sequence[Fact], named_on: date, lost_on: date) -> int | None:
    """
    The place at which a case was restored that became led while it was struck off: what
    was put aside then is done once it is owed again.
    """
    struck_off_on = date.max
    for place, fact in enumerate(facts):
        if isinstance(fact, CaseStruckOff):
            struck_off_on = fact.on
        elif isinstance(fact, CaseRestored) and (
            struck_off_on <= named_on <= fact.on < lost_on
        ):
            return place
    return None


def turns_of(
    facts: Sequence[Fact],
    office: str,
    opened_on: date,
    programme: Programme,
    policy: Policy,
) -> list[Turn]:
    """
    How the offices that have a part in a matter of an *office* changed: the office that
    has it, and the units that help.
    """
    limit = programme.hand_over.limit if programme.hand_over else None
    turns = list[Turn]()
    for course in units.courses(office, opened_on, facts):
        if (fact := course.fact) is None:
            continue
        not_before = policy.calendar.due(fact.on, limit).day if limit else None
        lead = units.lead_of(course.units.values())
        turns.append(
            Turn(
                Move(fact.on, course.place, lead, not_before),
                fact.from_office if isinstance(fact, CaseMoved) else None,
                frozenset(course.helping),
            )
        )
    return turns
