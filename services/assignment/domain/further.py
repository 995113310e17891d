"""
What follows from new facts of a case in every programme in which it stands (PY-60).
"""

from __future__ import annotations

from dataclasses import replace

from services.assignment.domain.facts.base import Recorded
from services.assignment.domain.facts.further import OWN, about_enrolments, seen_by_each
from services.assignment.domain.matter import Change, Matter
from services.assignment.domain.recompute import recompute
from shared.policy.loading import Policy


def recompute_each(
    matter: Matter, new: Recorded, policy: Policy, *, cause: str = ""
) -> list[Change]:
    """
    What follows when *new* facts are recorded in a matter: first in its own programme,
    then in each further one in which a case stands, by itself. A fact is among those of
    one change alone, so that it is stored once.

    Raises as `recompute` does.
    """
    if not matter.enrolled and not about_enrolments(new.values()):
        return [recompute(matter, new, policy, cause=cause)]
    fresh = {key: fact for key, fact in new.items() if key not in matter.recorded}
    every = {**matter.recorded, **fresh}
    own = recompute(matter, seen_by_each(every)[OWN], policy, cause=cause)
    # What follows there, as that a repeat reopens the case, is a fact for all.
    every |= own.facts
    changes = list[Change]()
    for code, facts in seen_by_each(every).items():
        if code == OWN:
            continue
        before = matter.enrolled.get(code) or Matter(
            matter.number, own.matter.office, code, further=True
        )
        change = recompute(before, facts, policy, cause=cause)
        follows = {key: f for key, f in change.facts.items() if key not in facts}
        changes.append(replace(change, facts=follows))
        every |= follows
    enrolled = {change.matter.programme: change.matter for change in changes}
    now = replace(own.matter, every=every, enrolled=enrolled)
    return [replace(own, matter=now, facts={**fresh, **own.facts}), *changes]
