"""
Recompute duties after the calendar was extended: `jianjian recalculate`.

What is still owed moves, the old day stays in its history; what is closed stays.
"""

from __future__ import annotations

from services.assignment.casework.record import recompute_matters
from services.assignment.store import OUTBOX, Duties
from shared import telemetry
from shared.messaging.lanes import bulk_work
from shared.policy.current import current_policy
from shared.storage.database import transaction

MATTERS_AT_ONCE = 200


def recalculate() -> int:
    """
    Recompute every matter in which something is owed; returns how many there were.

    Matters of a programme that is not run here keep the days they had.
    """
    after, count = "", 0
    while True:
        with (
            bulk_work(),
            transaction(OUTBOX.service) as session,
            telemetry.work("recalculated", trace=telemetry.background_context()),
        ):
            numbers = Duties(session).matters_owing(
                current_policy().programmes.codes, after, MATTERS_AT_ONCE
            )
            recompute_matters(session, numbers)
            telemetry.add_log_fields(count=len(numbers))
        count += len(numbers)
        if len(numbers) < MATTERS_AT_ONCE:
            return count
        after = numbers[-1]
