"""
What a programme is as a whole: the documents it rests on, its days, its settings, what
it asks of every case, where its returns go.

The values are in the programme's file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.errors import Problem
from shared.yaml.decode import problem_in


@dataclass(frozen=True)
class Document:
    """
    A document that the programme rests on; the number as printed (A-44).
    """

    title: str
    issuer: str
    number: str = ""
    issued_on: date | None = None


class _Days:
    """
    The days from one to another, both included.
    """

    from_: date
    to: date

    def problems(self) -> Iterator[Problem]:
        if self.to < self.from_:
            message = f"止期 {self.to} 早于起期 {self.from_}。"
            yield problem_in(self, "to", "dates_inverted", message, "请改正起止日期。")

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.from_ <= day <= self.to


@dataclass(frozen=True)
class Span(_Days):
    """
    Days without a name; without an end it goes on.
    """

    from_: date
    to: date = date.max


@dataclass(frozen=True)
class Phase(_Days):
    """
    A named part of the programme's days; its last day must be written.
    """

    name: str
    from_: date
    to: date
    source: str


@dataclass(frozen=True)
class MandatoryField:
    """
    What every case must name (XQ-20, JZ-18).
    """

    id: Literal[
        "leader",
        "department",
        "unit",
        "team",
        "resolve_by",
        "responsible_leader",
        "handler",
        "contact",
        "plan",
    ]
    title: str
    source: str


@dataclass(frozen=True)
class Resolution:
    """
    How a point on which the documents are silent was settled (A-01 .. A-50).
    """

    id: str
    text: str


@dataclass(frozen=True)
class LeftOut:
    """
    A requirement that no entry of the file does: why, and where it is met if it is.
    """

    id: str
    why: str
    where: str = ""


@dataclass(frozen=True)
class ReturnRules:
    """
    Where returns are mailed: the hub's to `recipients` (office codes or addresses),
    any other office's to the office above it (PY-53), the top's to `above_root`.
    """

    recipients: tuple[str, ...]
    above_root: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Settings:
    """
    The ambiguities of the documents that the offices settle with a number.

    The others are settled by the entries themselves: which days a report is owed on,
    which reply answers in three months. `warn_days`: a duty is marked as due soon so
    many days before its day, unless its rule says otherwise. `receipt_days`: from
    sending to receipt where nobody stamped it (A-11). `review_grace_days`: a closing
    confirmed more days after it was concluded counts from the day of confirmation;
    unset, it always counts from the day it was concluded (S22, S23).
    `delivery_attempts`: on so many days it was tried in vain to reach the petitioner
    before no reply is owed any more (A-39). `sensitive_days`: a case is marked as
    sensitive for so many days at most; then the mark expires unless it is set anew.
    """

    count_ended_as_resolved: bool
    warn_days: int
    receipt_days: int
    delivery_attempts: int
    review_grace_days: int | None = None
    sensitive_days: int | None = None

    def problems(self) -> Iterator[Problem]:
        least = {"warn_days": 0, "receipt_days": 0, "review_grace_days": 0}
        least |= {"delivery_attempts": 1, "sensitive_days": 1}
        for name, lowest in least.items():
            number = getattr(self, name)
            if number is not None and number < lowest:
                yield problem_in(
                    self, name, "not_positive", f"不能小于 {lowest}。", "请改正。"
                )
