"""
Events of escalation: the steps reached, the notices and the interviews.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from services.assignment.events.common import COMMON, LETTER
from shared.events import Event


@dataclass(frozen=True, kw_only=True)
class EscalationStepReached(Event):
    """
    An office reached an escalation step; dated to the day on which it came.

    *escalation_step* is the identity of the step reached, *step* its name in the
    programme, *about* what is late; *to_office* and *to_post* receive it. *paper*: the
    id of a notice whose paper is printed and goes with the mail (`NoticePrinted`).
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
    paper: str | None = None


@dataclass(frozen=True, kw_only=True)
class NoticePaperRequested(Event):
    """
    The paper of the notice *case_number* is to be printed: a task of assignment itself.
    """

    type: ClassVar[str] = "assignment.task.print_notice"


@dataclass(frozen=True, kw_only=True)
class NoticePrinted(Event):
    """
    The paper of a *notice* was printed and filed as *document*, to be mailed in this
    *form* (docx, pdf). *paper*: its text as `shared.papers.Paper` has it; None where it
    is too long for a mail.
    """

    type: ClassVar[str] = "assignment.notice_printed"

    programme: str
    notice: str
    document: str
    form: str
    paper: Mapping[str, Any] | None


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
        paper="5d0e3f1c-2f0b-5f66-9e0f-3b1f1c2d7a10",
    ),
    NoticePaperRequested(
        **{
            **{name: COMMON[name] for name in ("office", "occurred_on")},
            "case_number": "5d0e3f1c-2f0b-5f66-9e0f-3b1f1c2d7a10",
        }
    ),
    NoticePrinted(
        **_NOTICE,
        document="d1",
        form="docx",
        paper={
            **LETTER,
            "title": "信访事项督办函",
            "number": "濮检控督〔2020〕7号",
            "body": [{"text": "请说明情况并反馈进展。", "heading": False}],
        },
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
)
