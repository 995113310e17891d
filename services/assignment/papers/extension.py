"""
What the papers of an extension may name: the approval of more days, and the notice by
which the petitioner is told why (F-04, S16, TL-07).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
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


def values(extended: DutyExtended, duty: Duty, directory: Directory) -> dict[str, Any]:
    """
    *duty*: the one that was extended.
    """
    days = extended.days or 0
    return {
        "duty": {"title": duty.title, "opened_on": duty.opened_on},
        "due_before": extended.due_before,
        "days": days,
        "due_on": extended.due_before + timedelta(days=days),
        "reason": extended.reason,
        "approved_on": extended.on,
        "approver": f"{directory.office(extended.by_office).name}{extended.by_post}",
        "told_petitioner_on": extended.told_petitioner_on,
    }
