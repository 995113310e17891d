"""
Request and response schemas of the endpoints for samples and evaluations of closings.
"""

from __future__ import annotations

from marshmallow import fields

from services.assignment.domain.closings.audits import MOST, Audit, Drawable
from shared.records.views import view_of
from shared.vocabulary import EvaluationKind, EvaluationVerdict
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery


class AuditBody(Strict):
    """
    Draw of the closings confirmed in a period; the *seed* is said beforehand, so that
    anybody can draw the same sample again.
    """

    programme = named("programme")
    since = schema.day()
    until = schema.day()
    seed = schema.text(longest=100)


SampledView = view_of(
    Drawable,
    evaluated_on=fields.Date(required=True, allow_none=True),
    verdict=schema.one_of(EvaluationVerdict, allow_none=True),
)
AuditSummary = view_of(
    Audit,
    "AuditSummary",
    without=("sample",),
    evaluated=fields.Integer(required=True),
)
AuditView = view_of(
    Audit,
    without=("sample",),
    sample=schema.many(schema.nested(SampledView), most=MOST),
    evaluated=fields.Integer(required=True),
)


class AuditQuery(ListQuery):
    """The samples of an office and those below it."""


class EvaluationBody(Strict):
    """
    A closing was looked into: by its own office, or by others; *unmet*: the items of
    its standard that are not met.
    """

    kind = schema.one_of(EvaluationKind)
    on = schema.day()
    post = schema.post()
    verdict = schema.one_of(EvaluationVerdict)
    unmet = schema.many(
        named("closing_item"), most=50, required=False, load_default=tuple
    )
    text = schema.text(longest=2000)


class EvaluationView(EvaluationBody):
    """A self-check or an evaluation as it was recorded."""

    number = schema.text(longest=200)
    closing = schema.text(longest=60)
    office = schema.office_code(required=True)
    standard_version = fields.String(required=True, attribute="standard")
    first = schema.flag(required=True)
    labels = Labels()
