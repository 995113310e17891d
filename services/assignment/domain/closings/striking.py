"""
Striking a case off the list (XQ-14): its cause and its outcome are clear, so that
nothing more is owed; the record stays, can no longer be changed, and may be restored.

A case that is struck off is neither resolved nor open.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from services.assignment import events
from services.assignment.domain.closings.closing import ClosingCase, standing_after
from shared.errors import reject_if
from shared.rules import day_has_come, day_not_before, leader_approves


@dataclass(frozen=True)
class StrikeOff:
    """
    That a case is struck off, or restored: why, and which leader of the responsible
    office approved it.
    """

    on: date
    reason: str
    approver_post: str


def strike_off(
    matter: ClosingCase, decision: StrikeOff, *, leaders: Collection[str], today: date
) -> tuple[ClosingCase, events.CaseStruckOff]:
    """
    Take an open case off the list.

    Raises `Conflict` if it is not open, `Rejected` with every problem.
    """
    standing = standing_after(matter, "strike_off")
    _check(decision, matter.opened_on, leaders, today)
    event = events.CaseStruckOff.of(
        matter, decision.on, in_scope=matter.in_scope, post=decision.approver_post
    )
    return replace(matter, standing=standing), event


def restore(
    matter: ClosingCase,
    decision: StrikeOff,
    *,
    struck_off_on: date,
    leaders: Collection[str],
    today: date,
) -> tuple[ClosingCase, events.CaseRestored]:
    """
    Put a case back on the list; what was owed is owed again.

    Raises `Conflict` if it was not struck off, `Rejected` with every problem.
    """
    standing = standing_after(matter, "restore")
    _check(decision, struck_off_on, leaders, today)
    event = events.CaseRestored.of(
        matter, decision.on, in_scope=matter.in_scope, post=decision.approver_post
    )
    return replace(matter, standing=standing), event


def _check(
    decision: StrikeOff, since: date, leaders: Collection[str], today: date
) -> None:
    reject_if(
        [
            *day_has_come(decision.on, today, "/on"),
            *day_not_before(decision.on, since, "/on"),
            *leader_approves(decision.approver_post, leaders, "/approver_post"),
        ]
    )
