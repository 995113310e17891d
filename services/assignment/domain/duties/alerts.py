"""
三色预警: the alert level of what an office owes, from its duties and nothing else.

It never depends on anything about a person. The programme says which colour a cause
has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta

from services.assignment.domain.duties.duty import Duty
from shared.policy.parts.alerts import WORST_FIRST, AlertCause, AlertColours


def alert_level(duty: Duty, today: date, colours: AlertColours) -> str | None:
    """
    The colour of a duty; None for what is no longer owed.
    """
    return colours.level(_causes(duty, today))


def _causes(duty: Duty, today: date) -> set[AlertCause]:
    """
    What can be said of a duty. A backdated duty does not cause a warning.
    """
    causes = set[AlertCause]()
    if duty.state not in {"open", "paused"}:
        return causes
    causes.add("owed")
    if duty.overdue(today):
        causes.add("overdue")
    running = duty.state == "open" and not duty.backdated
    if running and duty.due_on - timedelta(days=duty.warn_days) <= today:
        causes.add("due_soon")
    if duty.supervised:
        causes.add("supervised")
    return causes


def owes_fields(standing: str, *, merged: bool) -> bool:
    """
    Mandatory fields are owed while a case is open; afterwards a missing one does not
    cause an alert.
    """
    return standing == "open" and not merged


def alert_level_of_case(
    duties: Collection[Duty],
    today: date,
    *,
    lacking: AlertColours | None,
    colours_of: Callable[[str], AlertColours],
) -> str | None:
    """
    The worst of its duties, each by the colours of its programme; *lacking*: those of
    the case's programme if a mandatory field is missing.
    """
    levels = {alert_level(duty, today, colours_of(duty.programme)) for duty in duties}
    if lacking:
        levels.add(lacking.level({"field_missing"}))
    return next((level for level in WORST_FIRST if level in levels), None)
