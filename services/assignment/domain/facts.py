"""
A fact of a matter as the reckoning sees it, and the difference of two reckonings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

OPENED = "intake.case_opened"
PETITION = "intake.petition_registered"
MERGED = "intake.case_merged"
UNMERGED = "intake.case_unmerged"
NAMED = "assignment.leaders_confirmed"
HANDED = "assignment.batch_handed_down"
ACT = "assignment.act_recorded"
PERIOD = "assignment.period_begun"
EXTENDED = "assignment.duty_extended"
PAUSED = "assignment.duty_paused"
UNPAUSED = "assignment.duty_unpaused"
OVERRIDDEN = "assignment.duty_overridden"
WAIVED = "assignment.duty_waived"
ADJUSTED = (EXTENDED, PAUSED, UNPAUSED, OVERRIDDEN, WAIVED)
NOTICED = "assignment.supervision_issued"
ANSWERED = "assignment.supervision_answered"
SENT_BACK = "assignment.supervision_returned"
NOTICE_ENDED = "assignment.supervision_ended"


@dataclass(frozen=True)
class Fact:
    """
    Something that happened in a matter on a day.
    """

    type: str
    on: date
    payload: Mapping[str, Any]


@dataclass(frozen=True, order=True)
class Step:
    """
    One change of a standing: what it became, from which day, and where it matters
    the name of the fact that did it.
    """

    on: date
    kind: str
    why: str = ""


def changes(
    before: Iterable[Step], after: Iterable[Step]
) -> tuple[list[Step], list[Step]]:
    """
    The steps to take back and the steps to add, each in order of days.
    """
    old, new = Counter(before), Counter(after)
    return sorted((old - new).elements()), sorted((new - old).elements())
