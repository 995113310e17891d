"""
Hearings of cases that move to another office: those not planned yet move along.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from services.hearing.domain.hearing import Hearing
from services.hearing.events import HearingMoved
from services.hearing.store import OUTBOX, Cases, Hearings, Requests
from shared.cases.case import Case, about
from shared.events import ReceivedEvent
from shared.vocabulary import HearingDecision


def follow_moves(session: Connection, moves: Iterable[ReceivedEvent]) -> None:
    """
    Pass open requests, and decisions after which nothing was planned, to the office to
    which the case moved.
    """
    last = {move.case_number: move for move in moves}
    if not last:
        return
    Requests(session).follow(last)
    hearings, cases = Hearings(session), Cases(session).of_numbers(last)
    # Before they follow: afterwards nothing says which office they were of.
    left_behind = hearings.left_behind(last)
    hearings.follow(last)
    OUTBOX.announce(
        session,
        *(
            _moved(hearing, cases[hearing.case_number], last[hearing.case_number])
            for hearing in left_behind
            if hearing.decision is HearingDecision.HOLD
        ),
    )


def _moved(hearing: Hearing, case: Case, move: ReceivedEvent) -> HearingMoved:
    """
    Return the event that a decision moved with its case; it is never dated before the
    decision.
    """
    return HearingMoved(
        **about(case, max(move.occurred_on, hearing.decided_on)),
        in_scope=case.in_scope,
        hearing=hearing.id,
        from_office=hearing.office,
    )
