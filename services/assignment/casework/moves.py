"""
Let cases pass to another office: record the move in each, with what goes along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.record import record
from services.assignment.domain import case_offices
from services.assignment.domain.case_offices import CaseMove
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.leaders import leadership
from services.assignment.domain.matter import Matter
from services.assignment.store import CaseMoves, load_matters
from shared.policy.current import current_policy


@dataclass(frozen=True)
class Reason:
    """
    Why cases move, as a code of `case_offices.REASONS`; the letter, objection or
    request behind it, and who decided.
    """

    code: str
    document: str
    by: str


def move_cases(
    session: Connection, to: Mapping[str, str], on: date, reason: Reason
) -> None:
    """
    Move each case, by its number, to an office; one that is there already stays.
    """
    matters = load_matters(session, to)
    moved = [
        _moved(matter, to[number], on, reason.code)
        for number, matter in matters.items()
        if matter.office != to[number]
    ]
    record(session, *moved)
    moves = CaseMoves(session)
    moves.insert(
        *(
            CaseMove(
                id=str(uuid7()),
                number=event.case_number,
                programme=event.programme,
                from_office=event.from_office,
                to_office=event.to_office,
                moved_on=on,
                reason=reason.code,
                document=reason.document,
                by=reason.by,
            )
            for event in moved
        )
    )
    for event in moved:
        moves.take_along(event.case_number, event.to_office, on)


def _moved(matter: Matter, to: str, on: date, reason: str) -> events.CaseMoved:
    facts, policy = matter.facts, current_policy()
    event = events.CaseMoved(
        office=to,
        case_number=matter.number,
        occurred_on=on,
        programme=matter.programme,
        from_office=matter.office,
        to_office=to,
        had_by=case_offices.had_by(matter.office, facts.values()),
        reason=reason,
        leaderless=matter.is_led,
        stock=case_offices.carried(case_offices.stock_of(facts, led=matter.is_led)),
    )
    after = leadership.compute(
        matter.office,
        (*facts.values(), fact_of(event)),
        policy.programmes.get(matter.programme),
        policy.directory,
    )
    still_led = bool(after.steps) and after.steps[-1].kind == "named"
    return events.CaseMoved(
        **{**vars(event), "leaderless": matter.is_led and not still_led}
    )
