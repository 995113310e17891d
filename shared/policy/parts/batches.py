"""
How cases are handed down and on: batches, drives, objections, moves.

The values are in the programme's file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.errors import Problem
from shared.policy.calendar import Limit
from shared.yaml.decode import problem_in


@dataclass(frozen=True)
class BatchKind:
    """
    A run of handing down (XQ-16, XQ-17).
    """

    id: str
    title: str
    source: str


@dataclass(frozen=True)
class DriveKind:
    """
    A special drive of so many days, the first day included (DY-07).
    """

    id: str
    title: str
    days: int
    source: str

    def problems(self) -> Iterator[Problem]:
        if self.days < 1:
            message = "活动天数须至少为一天。"
            yield problem_in(self, "days", "not_positive", message, "请改正天数。")


@dataclass(frozen=True)
class Objections:
    """
    How long a wrongly addressed office may send a case back.

    The handing office (交办单位) decides; a dispute goes to the office called
    `dispute_to`, else to the office above the handing office.
    """

    limit: Limit
    source: str
    dispute_to: str = ""


@dataclass(frozen=True)
class HandOver:
    """
    What follows when a case moves to another office.

    What is owed in it then is due at the earliest after `limit`, counted from the move;
    without one the days stay as they were. A case that was handed on `too_often` is on
    the list of those (DY-32).
    """

    source: str
    too_often: int
    limit: Limit | None = None

    def problems(self) -> Iterator[Problem]:
        if self.too_often < 1:
            message = "次数须至少为一次。"
            yield problem_in(self, "too_often", "not_positive", message, "请改正。")
