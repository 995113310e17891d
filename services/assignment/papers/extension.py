"""
What the papers of an extension may name: the approval of more days, and the notice by
which the petitioner is told why (F-04, S16, TL-07).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.facts.base import Fact, Recorded
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
    identity: str,
    facts: Recorded,
    duty: Duty,
    history: Iterable[Any],
    directory: Directory,
) -> dict[str, Any]:
    """
    The extension of that *identity* among the *facts* of its matter; *duty*: the one
    that was extended; *history*: what was noted of it.
    """
    extended = facts[identity]
    if not isinstance(extended, DutyExtended):
        raise TypeError(identity)
    return {
        "duty": {"title": duty.title, "opened_on": duty.opened_on},
        "due_before": extended.due_before,
        "days": extended.days or 0,
        "due_on": due_after(identity, facts, history),
        "reason": extended.reason,
        "approved_on": extended.on,
        "approver": f"{directory.office(extended.by_office).name}{extended.by_post}",
        "told_petitioner_on": extended.told_petitioner_on,
    }


def due_after(identity: str, facts: Recorded, history: Iterable[Any]) -> date | None:
    """
    The due day as it was counted when the days were granted, by the *history* of the
    duty; the day before them if that did not move, as where another day was set.

    Extensions of the same day for the same reason, between which the due day was set
    back, moved it in the order in which they were granted.
    """
    extended = _granted(facts[identity])
    alike = [name for name, fact in facts.items() if _granted(fact) == extended]
    due_days = [
        note.due_on
        for note in history
        if note.what == "moved"
        and (note.cause, note.due_before, note.reason) == extended[1:]
    ]
    days = dict(zip(alike, due_days, strict=False))
    before: date | None = facts[identity].get("due_before")
    return days.get(identity, before)


def _granted(fact: Fact) -> tuple[Any, ...]:
    """
    The values by which the history of a duty names an extension, none for another fact.
    """
    if not isinstance(fact, DutyExtended):
        return ()
    return fact.duty, fact.name, fact.due_before, fact.reason
