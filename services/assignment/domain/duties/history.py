"""
The history of duties: what changed of each, when, why and by whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assignment.events.duties import DutyChange


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """
    One change of a *duty*; lines are only ever added. *what*: as of a `DutyChange`;
    *cause*: the name of the fact or act that made it, or `clock`; *reason*: what was
    given for it, if anything.
    """

    duty: str
    what: str
    occurred_on: date
    due_on: date
    due_before: date | None
    cause: str
    reason: str
    actor: str


def history_line(
    change: DutyChange, *, cause: str, actor: str, reason: str = ""
) -> HistoryLine:
    """
    A *change* as the history keeps it; without a *reason*, that of the change itself.
    """
    return HistoryLine(
        duty=change.duty,
        what=change.what,
        occurred_on=change.on,
        due_on=change.due_on,
        due_before=change.due_before,
        cause=cause,
        reason=reason or change.reason or "",
        actor=actor,
    )
