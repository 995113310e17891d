"""
Request and response schemas of the endpoint for tallies of acts.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.activities.tallies import Row
from shared.records.views import view_of
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named


class TallyQuery(Strict):
    """Which programme and offices, from which day to which, both included."""

    programme = named("programme")
    office = schema.office_code()
    from_ = schema.day(data_key="from")
    to = schema.day()


TallyRowView = view_of(
    Row, "TallyRowView", without=("parts",), name=fields.String(required=True)
)


class PartView(Schema):
    """How often the acts name one post or text, and its share in percent."""

    value = fields.String(required=True)
    acts = fields.Integer(required=True)
    share = fields.String(required=True)


class TallyView(Schema):
    """One tally: *acts* recorded, or matters with *at_least* so many of them."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    show = fields.String(required=True)
    unit = fields.String(required=True)
    at_least = fields.Integer(required=True, allow_none=True)
    source = fields.String(required=True)
    acts = fields.Integer(required=True)
    amount = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    parts = fields.List(fields.Nested(PartView), required=True)
    offices = fields.List(fields.Nested(TallyRowView), required=True)


class TalliesView(Schema):
    """All tallies of a programme for an office and those below it."""

    programme = named("programme", shown=True)
    office = fields.String(required=True)
    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)
    items = fields.List(fields.Nested(TallyView), required=True)
    labels = Labels()
