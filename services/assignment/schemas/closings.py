"""
Request and response schemas of the endpoints for closings.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.vocabulary import ClosingKind, Disposition, Remedy, Verdict
from shared.web import fields as schema
from shared.web.fields import Strict


class DocumentBody(Strict):
    """A document by the name the packet gives it, and its number or where it is."""

    name = schema.text(longest=100)
    reference = schema.text(longest=200)


class ClosingBody(Strict):
    """
    The responsible office reports a case closed; *submitted_on* is today by default.
    """

    kind = schema.one_of(ClosingKind)
    concluded_on = schema.day()
    submitted_on = schema.day(required=False, load_default=None)
    dispositions = schema.many(schema.one_of(Disposition), most=4)
    measures = schema.many(schema.one_of(Remedy), most=20)
    narrative = schema.text(longest=4000)
    documents = schema.many(
        schema.nested(DocumentBody), most=50, required=False, load_default=list
    )


class SignatureBody(Strict):
    """
    One signature under a closing: *signer* is the id of the programme's route.
    """

    signer = schema.text(longest=60)
    post = schema.text(longest=60)
    on = schema.day()
    opinion = schema.text(longest=1000, required=False, load_default=None)


class ReviewBody(Strict):
    """
    The hub confirms a closing or sends it back; *return_reasons* are the programme's.
    """

    verdict = schema.one_of(Verdict)
    reviewed_on = schema.day()
    checklist = schema.many(schema.text(longest=60), most=50)
    return_reasons = schema.many(
        schema.text(longest=60), most=20, required=False, load_default=list
    )
    reasons = schema.text(longest=1000, required=False, load_default=None)


class ReopeningBody(Strict):
    """A closed case flowed back."""

    reopened_on = schema.day()
    cause = schema.text(longest=200)
    reason = schema.text(longest=1000)


class DocumentView(Schema):
    """A document that a closing brings."""

    name = fields.String(required=True)
    reference = fields.String(required=True)


class SignatureView(Schema):
    """A signature as it was given."""

    signer = fields.String(required=True)
    title = fields.String(required=True)
    office = fields.String(required=True)
    post = fields.String(required=True)
    on = fields.Date(required=True)
    opinion = fields.String(required=True, allow_none=True)
    recorded_by = fields.String(required=True)


class ClosingView(Schema):
    """A report of closing, its signatures, those still *to_sign* and its review."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    kind = fields.String(required=True)
    concluded_on = fields.Date(required=True)
    submitted_on = fields.Date(required=True)
    dispositions = fields.List(fields.String(), required=True)
    measures = fields.List(fields.String(), required=True)
    narrative = fields.String(required=True)
    documents = fields.List(fields.Nested(DocumentView), required=True)
    submitted_by = fields.String(required=True)
    signatures = fields.List(fields.Nested(SignatureView), required=True)
    to_sign = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    reviewed_on = fields.Date(required=True, allow_none=True)
    reviewed_by = fields.String(required=True, allow_none=True)
    return_reasons = fields.List(fields.String(), required=True)
    reasons = fields.String(required=True, allow_none=True)
