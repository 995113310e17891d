"""
Announces duties that fell overdue.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from services.assignment.domain.duties.changes import overdue
from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.duties.history import history_line
from services.assignment.domain.matter import Change
from services.assignment.store import OUTBOX, Duties
from shared import clock, telemetry

AT_ONCE = 500


def flag_some(session: Connection) -> bool:
    """
    Announce the duties that have become overdue, at most `AT_ONCE`. Returns whether
    there may be more.
    """
    fallen = Duties(session).fallen_due(clock.today(), AT_ONCE)
    if fallen:
        with telemetry.work("overdue_flagged", trace=telemetry.background_context()):
            telemetry.add_log_fields(count=len(fallen))
            _announce(session, fallen)
    return len(fallen) == AT_ONCE


def announce_ended_late(session: Connection, changes: Iterable[Change]) -> None:
    """
    Announce as overdue the duties that *changes* end after their due day, if the sweep
    has not reached them yet: a missed duty is always announced, however soon it was
    done after its day.
    """
    late = {
        duty.id: change.before.duties[duty.id]
        for change in changes
        for duty in change.duties
        if duty.ended_late(change.before.duties.get(duty.id))
    }
    if late:
        # Only what this transaction flagged: the sweep may have announced the others
        # already.
        _announce(session, [late[name] for name in Duties(session).flag(late)])


def _announce(session: Connection, fallen: Iterable[Duty]) -> None:
    pairs = [overdue(duty) for duty in fallen]
    Duties(session).note(
        [
            history_line(
                change,
                cause="clock",
                actor=telemetry.trace_context(event.case_number).actor,
            )
            for change, event in pairs
        ]
    )
    OUTBOX.announce(session, *(event for _, event in pairs))
