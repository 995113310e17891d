"""
What a supervision notice (督办函) on paper may name (PY-30, XQ-43, XQ-47).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.escalation.notices import Notice
from shared.policy.directory import Directory

NAMES: Mapping[str, Any] = {
    "to_office": "某某县人民检察院",
    "issued_on": date.min,
    "reply_by": date.min,
    "urgent": False,
    "text": "请说明情况并反馈进展。",
    "by_post": None,
    "duty": {"title": "约见信访人", "due_on": date.min},
    "time": 1,
}


def values(
    notice: Notice, duty: Duty | None, time: int, directory: Directory
) -> dict[str, Any]:
    """
    *duty*: what it is about, None for the whole matter; *time*: how often the matter
    was supervised with it, from 1.
    """
    return {
        "to_office": directory.office(notice.office).name,
        "issued_on": notice.issued_on,
        "reply_by": notice.reply_by,
        "urgent": notice.urgent,
        "text": notice.text,
        "by_post": notice.by_post,
        "duty": duty,
        "time": time,
    }
