"""
Counting anew after the calendar was extended: `jianjian recalculate`.

What is still owed moves, the old day kept in its history; what is closed stays.
"""

from __future__ import annotations

from services.assignment.service import AssignmentService
from services.assignment.store import Duties
from shared import telemetry
from shared.storage.database import transaction

MATTERS_AT_ONCE = 200


def recalculate() -> int:
    """
    Reckon every matter in which something is owed; how many there were.

    Matters of a programme that is not run here keep the days they had.
    """
    service, after, count = AssignmentService(), "", 0
    while True:
        with (
            transaction(service.name) as session,
            telemetry.work("recalculated", trail=telemetry.own_trail()),
        ):
            numbers = Duties(session).matters_owing(
                service.programmes.codes, after, MATTERS_AT_ONCE
            )
            for number in numbers:
                service.recount(session, number)
            telemetry.note(count=len(numbers))
        count += len(numbers)
        if len(numbers) < MATTERS_AT_ONCE:
            return count
        after = numbers[-1]
