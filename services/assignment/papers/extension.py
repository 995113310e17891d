"""
What the papers of an extension may name: the approval of more days, and the notice by
which the petitioner is told why (F-04, S16, TL-07).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.facts.duties import DutyExtended
from shared.policy.directory import Directory

NAMES: Mapping[str, Any] = {
    "duty": {"title": "三个月内答复处理进展或者结果", "opened_on": date.min},
    "due_before": date.min,
    "days": 30,
    "due_on": date.min,
    "reason": "案情复杂。",
    "approved_on": date.min,
    "approver": "某某县人民检察院检察长",
    "told_petitioner_on": None,
}


def values(
    extended: DutyExtended, duty: Duty, history: Iterable[Any], directory: Directory
) -> dict[str, Any]:
    """
    *duty*: the one that was extended; *history*: what was noted of it.
    """
    return {
        "duty": {"title": duty.title, "opened_on": duty.opened_on},
        "due_before": extended.due_before,
        "days": extended.days or 0,
        "due_on": due_after(extended, history),
        "reason": extended.reason,
        "approved_on": extended.on,
        "approver": f"{directory.office(extended.by_office).name}{extended.by_post}",
        "told_petitioner_on": extended.told_petitioner_on,
    }


def due_after(extended: DutyExtended, history: Iterable[Any]) -> date:
    """
    The due day as it was counted when the days were granted, by the *history* of the
    duty; the day before them if that did not move, as where another day was set.
    """
    moved = (
        note.due_on
        for note in history
        if (note.what, note.cause, note.due_before, note.reason)
        == ("moved", extended.name, extended.due_before, extended.reason)
    )
    return next(moved, extended.due_before)
