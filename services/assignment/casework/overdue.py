"""
Announces duties that fell overdue.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.assignment.domain.duties import ledger
from services.assignment.store import OUTBOX, Duties
from shared import clock, telemetry

AT_ONCE = 500


def flag_some(session: Connection) -> bool:
    """
    Announce the duties that have fallen overdue, up to a number; whether there may be
    more.
    """
    fallen = Duties(session).fallen_due(clock.today(), AT_ONCE)
    if fallen:
        with telemetry.work("overdue_flagged", trace=telemetry.background_context()):
            telemetry.add_log_fields(count=len(fallen))
            events = [ledger.overdue(duty) for duty in fallen]
            Duties(session).note((event, "clock", "") for event in events)
            OUTBOX.announce(session, *events)
    return len(fallen) == AT_ONCE
