"""
Hearings of cases that pass to another office: what is not planned yet goes along.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from services.hearing.domain.hearing import UNPLANNED
from services.hearing.events import HearingMoved
from services.hearing.store import OUTBOX, Cases, Hearings, Requests
from shared.events import ReceivedEvent
from shared.vocabulary import HearingDecision


def follow_moves(session: Connection, moves: Iterable[ReceivedEvent]) -> None:
    """
    Let requests that are open, and decisions after which nothing was planned, be of the
    office that the case moved to.
    """
    cases, hearings = Cases(session), Hearings(session)
    for move in moves:
        Requests(session).follow(move.case_number, move.office)
        case = cases.get(move.case_number)
        if case is None:
            raise AssertionError
        for hearing in hearings.of_case(case.number):
            if hearing.state not in UNPLANNED or hearing.office == case.office:
                continue
            hearings.follow(hearing.id, case.office)
            if hearing.decision is HearingDecision.HOLD:
                OUTBOX.announce(
                    session,
                    HearingMoved(
                        office=case.office,
                        case_number=case.number,
                        occurred_on=move.occurred_on,
                        programme=case.programme,
                        in_scope=case.in_scope,
                        hearing=hearing.id,
                        from_office=hearing.office,
                    ),
                )
