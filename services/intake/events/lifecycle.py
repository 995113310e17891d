"""
What intake announces of a petition's steps and of the papers that it delivers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from services.intake.events.common import PETITION
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class PetitionStepTaken(Event):
    """
    A petition took a step of its life cycle, from its registration to its acceptance or
    to whoever has it then (S3 .. S10).

    *to_office* received it by forwarding or handing down, and reports on it by
    *report_by* if it was handed down; *reason* is the code of why it was not accepted.
    *step_id* is the id of the step.
    """

    type: ClassVar[str] = "intake.petition_step_taken"

    programme: str
    step: str
    category: str
    case_kind: str
    to_office: str | None = None
    report_by: date | None = None
    reason: str | None = None
    step_id: str = ""


@dataclass(frozen=True, kw_only=True)
class PetitionStepWithdrawn(Event):
    """
    A step was recorded wrongly. If it was corrected, the right one was announced before
    this as another step.
    """

    type: ClassVar[str] = "intake.petition_step_withdrawn"

    programme: str
    step: str
    step_id: str


@dataclass(frozen=True, kw_only=True)
class NoticeDelivered(Event):
    """
    The paper of a *step* was brought to the petitioner: *outcome* signed, refused, or
    failed, when it could not be delivered.
    """

    type: ClassVar[str] = "intake.notice_delivered"

    programme: str
    step: str
    case_kind: str
    mode: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class NoticeDeliveryWithdrawn(Event):
    """
    The delivery of a *step*'s paper, on a day in a mode with an outcome, was recorded
    wrongly. The right one was announced before this as another delivery.
    """

    type: ClassVar[str] = "intake.notice_delivery_withdrawn"

    programme: str
    step: str
    mode: str
    outcome: str
    delivered_on: date


_STEP = "01933b40-0000-7000-8000-000000000002"


EXAMPLES: tuple[Event, ...] = (
    PetitionStepTaken(
        **PETITION,
        programme="puyang-2020",
        step="handed_down",
        category="claim",
        case_kind="complaint",
        to_office="410923",
        report_by=date(2021, 1, 20),
        step_id=_STEP,
    ),
    PetitionStepWithdrawn(
        **PETITION, programme="puyang-2020", step="handed_down", step_id=_STEP
    ),
    NoticeDelivered(
        **PETITION,
        programme="puyang-2020",
        step="accepted",
        case_kind="complaint",
        mode="letter",
        outcome="signed",
    ),
    NoticeDeliveryWithdrawn(
        **PETITION,
        programme="puyang-2020",
        step="accepted",
        mode="letter",
        outcome="signed",
        delivered_on=date(2020, 11, 18),
    ),
)
