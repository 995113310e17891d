"""
Request and response schemas of the endpoints for acts.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.schemas.cases import ListQuery
from shared.web import fields as schema
from shared.web.fields import Strict


class ActBody(Strict):
    """What was done, when, by which post, and what shows it."""

    act = schema.text(longest=60)
    on = schema.day()
    kind = schema.text(longest=60, required=False, load_default=None)
    post = schema.text(longest=60, required=False, load_default=None)
    evidence = schema.text(longest=400, required=False, load_default=None)
    to = schema.text(longest=200, required=False, load_default=None)
    until = schema.day(required=False, load_default=None)
    text = schema.text(longest=4000, required=False, load_default=None)
    document = schema.text(longest=200, required=False, load_default=None)
    consent = schema.flag(required=False, load_default=None)
    count = schema.count(required=False, load_default=None)
    nil = schema.flag(required=False, load_default=None)


class OfficeActBody(ActBody):
    """
    Likewise for the office itself: in a period of its reports, perhaps of one
    department, or *about* an occurrence that several acts belong to.
    """

    programme = schema.text(longest=60)
    period = schema.text(longest=20, required=False, load_default=None)
    department = schema.text(longest=60, required=False, load_default=None)
    about = schema.number_text(required=False, load_default=None)


class ActQuery(ListQuery):
    """The acts of an office under one programme."""

    programme = schema.text(longest=60)


class ActView(Schema):
    """An act as it was recorded."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    programme = fields.String(required=True)
    act = fields.String(required=True)
    title = fields.String(required=True)
    on = fields.Date(required=True)
    kind = fields.String(required=True, allow_none=True)
    post = fields.String(required=True, allow_none=True)
    evidence = fields.String(required=True, allow_none=True)
    to = fields.String(required=True, allow_none=True)
    until = fields.Date(required=True, allow_none=True)
    text = fields.String(required=True, allow_none=True)
    document = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True, allow_none=True)
    nil = fields.Boolean(required=True)
    period = fields.String(required=True, allow_none=True)
