"""
Request and response schemas of the endpoints for the duty lists of a case.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.web import fields as schema
from shared.web.fields import Strict


class EntryBody(Strict):
    """An item of a list was done; one that is an act needs what the act needs."""

    list = schema.text(longest=60)
    item = schema.text(longest=60)
    on = schema.day()
    evidence = schema.text(longest=400)
    post = schema.text(longest=60)
    to = schema.text(longest=200, required=False, load_default=None)
    until = schema.day(required=False, load_default=None)
    text = schema.text(longest=4000, required=False, load_default=None)
    document = schema.text(longest=200, required=False, load_default=None)
    consent = schema.flag(required=False, load_default=None)
    count = schema.count(required=False, load_default=None)


class EntryView(Schema):
    """When an item was done, by which post, shown by what."""

    on = fields.Date(required=True)
    post = fields.String(required=True, allow_none=True)
    evidence = fields.String(required=True, allow_none=True)


class ItemView(Schema):
    """An item; *support*: help and explanation that an office owes."""

    id = fields.String(required=True)
    text = fields.String(required=True)
    source = fields.String(required=True)
    support = fields.Boolean(required=True)
    tooltip = fields.String(required=True)
    done = fields.Boolean(required=True)
    entries = fields.List(fields.Nested(EntryView), required=True)


class SheetView(Schema):
    """One list; *to_fill*: the office has yet to write its items."""

    id = fields.String(required=True)
    title = fields.String(required=True)
    source = fields.String(required=True)
    to_fill = fields.Boolean(required=True)
    items = fields.List(fields.Nested(ItemView), required=True)


class ChecklistView(Schema):
    """The lists that hold for a case."""

    number = fields.String(required=True)
    lists = fields.List(fields.Nested(SheetView), required=True)
