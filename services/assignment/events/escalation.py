"""
Events of escalation: the steps reached, the notices and the interviews.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from services.assignment.events.common import COMMON
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class EscalationStepReached(Event):
    """
    An office reached an escalation step; dated to the day on which it came.

    *escalation_step* is the identity of the step reached, *step* its name in the
    programme, *about* what is late; *to_office* and *to_post* receive it.
    """

    type: ClassVar[str] = "assignment.escalation_step_reached"

    programme: str
    escalation_step: str
    step: str
    kind: str
    title: str
    about: str
    duty: str | None
    to_office: str
    to_post: str | None
    urgent: bool


@dataclass(frozen=True, kw_only=True)
class SupervisionIssued(Event):
    """A supervision notice (督办函), to be answered by *reply_by*."""

    type: ClassVar[str] = "assignment.supervision_issued"

    programme: str
    step: str
    kind: str
    notice: str
    duty: str | None
    to_office: str
    reply_by: date


@dataclass(frozen=True, kw_only=True)
class SupervisionAnswered(Event):
    """The office answered a notice; *progress*: it says there is some."""

    type: ClassVar[str] = "assignment.supervision_answered"

    programme: str
    notice: str
    progress: bool


@dataclass(frozen=True, kw_only=True)
class SupervisionReturned(Event):
    """The answer to a notice was sent back: it is owed again."""

    type: ClassVar[str] = "assignment.supervision_returned"

    programme: str
    notice: str


@dataclass(frozen=True, kw_only=True)
class SupervisionEnded(Event):
    """What a notice was about is done: no answer is owed any more."""

    type: ClassVar[str] = "assignment.supervision_ended"

    programme: str
    notice: str


@dataclass(frozen=True, kw_only=True)
class InterviewDecided(Event):
    """A person decided about a candidate for interview: held or not_needed."""

    type: ClassVar[str] = "assignment.interview_decided"

    programme: str
    candidate: str
    decision: str


_NOTICE: dict[str, Any] = {
    **COMMON,
    "notice": "5d0e3f1c-2f0b-5f66-9e0f-3b1f1c2d7a10",
}
EXAMPLES: tuple[Event, ...] = (
    EscalationStepReached(
        **COMMON,
        escalation_step="清检控申〔2020〕007号/leader_named/notice/2020-12-16",
        step="notice",
        kind="notice",
        title="督办函",
        about="落实包案领导和责任部门",
        duty="清检控申〔2020〕007号/leader_named",
        to_office="410922",
        to_post="检察长",
        urgent=False,
    ),
    SupervisionIssued(
        **_NOTICE,
        step="notice",
        kind="notice",
        duty=None,
        to_office="410922",
        reply_by=date(2020, 12, 25),
    ),
    SupervisionAnswered(**_NOTICE, progress=True),
    SupervisionReturned(**_NOTICE),
    SupervisionEnded(**_NOTICE),
    InterviewDecided(
        **COMMON, candidate="清检控申〔2020〕007号/interview", decision="held"
    ),
)
