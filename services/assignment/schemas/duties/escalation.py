"""
Request and response schemas of the endpoints for escalation.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.escalation.notices import COURSE, Notice
from services.assignment.domain.escalation.steps import EscalationStep
from shared.records.views import view_of
from shared.vocabulary import (
    AnswerVerdict,
    EscalationKind,
    EscalationState,
    InterviewDecision,
    NoticeState,
)
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Account, Coded, Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery


class SupervisionQuery(ListQuery):
    """Steps reached of one kind, or whose cause is still true."""

    kind = schema.one_of(EscalationKind, required=False)
    state = schema.one_of(EscalationState, required=False)


_StepView = view_of(
    EscalationStep,
    without=["subject"],
    kind=schema.one_of(EscalationKind),
)


class EscalationStepView(_StepView):  # type: ignore[misc, valid-type]
    """
    A step that an office reached; for a candidate for interview also what was decided,
    by the post *decided_by*.
    """

    ended_on = schema.day(allow_none=True)
    decision = schema.one_of(InterviewDecision, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True)
    decided_on = schema.day(allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class NoticeQuery(ListQuery):
    """Notices in one state, about one matter or of one programme only."""

    state = schema.one_of(NoticeState, required=False)
    number = schema.text(longest=200, required=False)
    programme = named("programme", required=False)


class NoticeBody(Strict):
    """A notice that a person issues; the programme says how long an answer may take."""

    number = schema.number_text()
    issued_on = schema.day()
    reply_by = schema.day(required=False, load_default=None)
    by_post = schema.post()
    text = schema.text(longest=2000)
    urgent = schema.flag(required=False, load_default=False)


class AnswerBody(Strict):
    """The answer of the office to a notice; *progress*: the office reports progress."""

    on = schema.day()
    post = schema.post()
    text = schema.text(longest=2000)
    progress = schema.flag()


class AnswerReviewBody(Strict):
    """The supervising office accepts an answer or sends it back."""

    verdict = schema.one_of(AnswerVerdict)
    on = schema.day()
    reasons = schema.text(longest=1000, required=False, load_default=None)


class NoticeActView(Schema):
    """An answer, or a judgement with its reasons as *text*; it has no *post*."""

    act = Coded(COURSE, required=True)
    on = fields.String(required=True, metadata={"format": "date"})
    by = Account(required=True)
    post = fields.String(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    progress = fields.Boolean(required=True, allow_none=True)
    labels = Labels()


NoticeView = view_of(
    Notice,
    state=schema.one_of(NoticeState),
    course=fields.List(fields.Nested(NoticeActView), required=True),
    paper=fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "随邮件发出的督办函，归卷后的材料编号；没有制作的为空"
        },
    ),
)


class InterviewBody(Strict):
    """What a person decided about a candidate for interview (XQ-47)."""

    candidate = schema.text(longest=400)
    decision = schema.one_of(InterviewDecision)
    on = schema.day()
    by_post = schema.post()
    reason = schema.text(longest=1000)
