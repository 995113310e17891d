"""
三色预警: the alert level of what an office owes, from its duties and nothing else.

Never from anything about a person.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from services.assignment.domain.duties.duty import Duty

WORST_FIRST = ("red", "yellow", "blue")


def alert_level(duty: Duty, today: date) -> str | None:
    """
    Red when overdue, yellow when due soon or a supervision is unanswered, else blue;
    None for what is no longer owed. What is backdated is no cause for a warning.
    """
    if duty.state not in {"open", "paused"}:
        return None
    if duty.overdue(today):
        return "red"
    running = duty.state == "open" and not duty.backdated
    soon = running and duty.due_on - timedelta(days=duty.warn_days) <= today
    return "yellow" if soon or duty.supervised else "blue"


def owes_fields(standing: str, *, merged: bool) -> bool:
    """
    Mandatory fields are owed while a case is open; afterwards a missing one is no
    alert.
    """
    return standing == "open" and not merged


def alert_level_of_case(
    duties: Collection[Duty], today: date, *, field_missing: bool
) -> str | None:
    """
    The worst of its duties; red when a mandatory field is missing.
    """
    levels = {alert_level(duty, today) for duty in duties}
    if field_missing:
        levels.add("red")
    return next((level for level in WORST_FIRST if level in levels), None)
