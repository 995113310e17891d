"""
What a case that passes to another office announces.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.assignment import events
from services.assignment.domain import case_offices
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.leaders import leadership
from services.assignment.domain.matter import Matter
from shared.policy.loading import Policy


def move_event(
    matter: Matter, to: str, on: date, reason: str, policy: Policy
) -> events.CaseMoved:
    """
    The event that a case moves to an office on a day, for a reason of
    `case_offices.REASONS`, with its stock and what becomes of its leaders.
    """
    facts = matter.facts
    event = events.CaseMoved(
        office=to,
        case_number=matter.number,
        occurred_on=on,
        programme=matter.programme,
        from_office=matter.office,
        to_office=to,
        had_by=case_offices.had_by(matter.office, facts.values()),
        reason=reason,
        leaderless=False,
        stock=tuple(
            stock
            for view in (matter, *matter.enrolled.values())
            for stock in case_offices.carried(
                case_offices.stock_of(view.facts, led=view.is_led),
                view.programme if view.further else None,
            )
        ),
    )
    after = leadership.compute(
        matter.office,
        (*facts.values(), fact_of(event)),
        policy.programmes.get(matter.programme),
        policy.directory,
    )
    still_led = bool(after.steps) and after.steps[-1].kind == "named"
    return replace(event, leaderless=matter.is_led and not still_led)
