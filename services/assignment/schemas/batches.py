"""
What the doors for batches, objections and baselines accept and answer.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.vocabulary import ObjectionVerdict, Track
from shared.web import fields as schema
from shared.web.fields import Strict


class BatchBody(Strict):
    """
    Cases handed down under one letter (PY-18): which run (XQ-17), and whether the
    campaign's or everyday (PY-47), if a person must say.
    """

    programme = schema.text(longest=60)
    letter_no = schema.number_text()
    source = schema.text(longest=60)
    kind = schema.text(longest=60, required=False, load_default=None)
    track = schema.one_of(Track, required=False, load_default=None)
    handed_on = schema.day()
    due_on = schema.day(required=False, load_default=None)
    case_numbers = schema.many(schema.number_text(), least=1, most=2000)


class BatchSummary(Schema):
    """A letter and which offices confirmed receipt; of others' part nothing is said."""

    id = fields.String(required=True)
    programme = fields.String(required=True)
    letter_no = fields.String(required=True)
    source = fields.String(required=True)
    kind = fields.String(required=True, allow_none=True)
    track = fields.String(required=True)
    office = fields.String(required=True)
    handed_on = fields.Date(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    offices = fields.List(fields.String(), required=True)
    receipts = fields.Dict(
        keys=fields.String(), values=fields.String(allow_none=True), required=True
    )


class BatchItemView(Schema):
    """A case in a batch; *state*: handed, returned or recalled."""

    number = fields.String(required=True)
    office = fields.String(required=True)
    state = fields.String(required=True)
    left_on = fields.Date(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    objection_due_on = fields.Date(required=True, allow_none=True)


class BatchView(BatchSummary):
    """A batch with what became of each of its cases."""

    items = fields.List(fields.Nested(BatchItemView), required=True)


class ReceiptBody(Strict):
    """When the responsible office received the batch (A-11)."""

    office = schema.office_code()
    received_on = schema.day()


class ObjectionBody(Strict):
    """A case in the batch is not the office's own (TL-04)."""

    number = schema.number_text()
    on = schema.day()
    reasons = schema.text(longest=2000)


class SaidView(Schema):
    """What came of an objection, on which day, by whom and why."""

    on = fields.Date(required=True)
    state = fields.String(required=True)
    by = fields.String(required=True)
    reasons = fields.String(required=True)


class ObjectionView(Schema):
    """An objection, who is to decide it, and all that was said to it."""

    id = fields.String(required=True)
    batch = fields.String(required=True)
    number = fields.String(required=True)
    programme = fields.String(required=True)
    office = fields.String(required=True)
    decider = fields.String(required=True)
    raised_on = fields.Date(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    reasons = fields.String(required=True)
    state = fields.String(required=True)
    course = fields.List(fields.Nested(SaidView), required=True)


class ObjectionDecisionBody(Strict):
    """The hander, or in a dispute the conference, decides."""

    verdict = schema.one_of(ObjectionVerdict)
    on = schema.day()
    reasons = schema.text(longest=2000)


class DisputeBody(Strict):
    """The office does not accept the refusal."""

    on = schema.day()
    reasons = schema.text(longest=2000)


class RecallBody(Strict):
    """The hander takes cases back."""

    on = schema.day()
    case_numbers = schema.many(schema.number_text(), least=1, most=2000)
    reason = schema.text(longest=1000)


class BaselineBody(Strict):
    """Fix the list of cases a rate is measured against, as of a day (A-06)."""

    programme = schema.text(longest=60)
    baseline = schema.text(longest=60)
    frozen_on = schema.day()


class BaselineSummary(Schema):
    """A frozen list; *stated*: the number its document gives."""

    id = fields.String(required=True)
    programme = fields.String(required=True)
    baseline = fields.String(required=True)
    title = fields.String(required=True)
    source = fields.String(required=True)
    office = fields.String(required=True)
    frozen_on = fields.Date(required=True)
    stated = fields.Integer(required=True, allow_none=True)
    size = fields.Integer(required=True)


class BaselineCaseView(Schema):
    """A case of a frozen list."""

    number = fields.String(required=True)
