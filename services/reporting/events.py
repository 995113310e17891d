"""
What reporting announces, and the tasks it gives itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class ReturnSigned(Event):
    """A return was signed; *case_number* is its number, *occurred_on* its as-of day."""

    type: ClassVar[str] = "reporting.return_signed"

    programme: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class MilestoneJudged(Event):
    """
    From *occurred_on* an office has reached a milestone, or not any more, by its own
    cases in the ledger (PY-04); *case_number* is the matter in which it owes it. A
    judgement that later entries change is revoked by its opposite of the same day.
    """

    type: ClassVar[str] = "reporting.milestone_judged"

    programme: str
    milestone: date
    reached: bool


@dataclass(frozen=True, kw_only=True)
class ReturnDelivered(Event):
    """The mail server of every recipient accepted a return."""

    type: ClassVar[str] = "reporting.return_delivered"

    programme: str
    revision: int


@dataclass(frozen=True, kw_only=True)
class DeliveryRequested(Event):
    """A return is to be rendered, frozen and mailed: a task of reporting itself."""

    type: ClassVar[str] = "reporting.task.deliver_return"


@dataclass(frozen=True, kw_only=True)
class NoticesCollected(Event):
    """A mailing of supervision notices is to be mailed: a task of reporting itself."""

    type: ClassVar[str] = "reporting.task.mail_notices"


_COMMON: dict[str, Any] = {
    "office": "410900",
    "case_number": "puyang-2020-410900-2020-12-31-1",
    "occurred_on": date(2020, 12, 31),
}

EXAMPLES: tuple[Event, ...] = (
    ReturnSigned(**_COMMON, programme="puyang-2020", revision=1),
    MilestoneJudged(
        office="410922",
        case_number="puyang-2020/410922/milestone/2020-12-31",
        occurred_on=date(2020, 12, 31),
        programme="puyang-2020",
        milestone=date(2020, 12, 31),
        reached=True,
    ),
    ReturnDelivered(**_COMMON, programme="puyang-2020", revision=1),
    DeliveryRequested(**_COMMON),
    NoticesCollected(**_COMMON),
)
