"""
Let cases pass to another office: record the move in each, with what goes along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.assignment.casework.record import record
from services.assignment.domain.case_offices import CaseMove
from services.assignment.domain.moving import move_event
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
    Move each case to an office: case number to office. A case that is at its office
    already stays.
    """
    # All are locked in the order of their numbers before any of them moves.
    matters = load_matters(session, to)
    policy = current_policy()
    announced = [
        move_event(matter, to[number], on, reason.code, policy)
        for number, matter in matters.items()
        if matter.office != to[number]
    ]
    record(session, *announced)
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
            for event in announced
        )
    )
    moves.take_along([event.case_number for event in announced], on)
