"""
The offices that a caller sees, and the programmes by which they work.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.policy.directory_file import KINDS, LEVELS
from shared.policy.parts.words import Word
from shared.records.views import nested_view
from shared.web import fields as schema
from shared.web.field_kinds import Coded, Labels

_WORDS = schema.many(schema.nested(nested_view(Word)), most=200)


class OfficePostView(Schema):
    """A post of an office, never a person; *leader*: of its leading group (A-29)."""

    title = fields.String(required=True)
    rank = fields.String(required=True)
    leader = fields.Boolean(required=True)


class OfficeView(Schema):
    """
    An office with its posts and departments, the office above, and until when it works
    if it is to end.
    """

    code = fields.String(required=True)
    name = fields.String(required=True)
    short_name = fields.String(required=True)
    level = Coded(LEVELS, required=True)
    kind = Coded(KINDS, required=True)
    parent = fields.String(required=True, allow_none=True)
    valid_to = fields.Date(required=True, allow_none=True)
    posts = schema.many(schema.nested(OfficePostView), most=200)
    departments = schema.many(fields.String(), most=200)
    labels = Labels()


class ProgrammeView(Schema):
    """
    A programme: from when to when it runs, which office is its hub, and the words by
    which matters are registered in it; its words for the channels may be everyone's.
    """

    code = fields.String(required=True)
    title = fields.String(required=True)
    from_ = fields.Date(required=True, data_key="from")
    to = fields.Date(required=True)
    running = fields.Boolean(required=True)
    hub = fields.String(required=True)
    hub_department = fields.String(required=True)
    form = fields.String(required=True)
    case_kind = _WORDS
    origin = _WORDS
    channel = _WORDS
    topic = _WORDS
    registration_level = _WORDS
    case_class = _WORDS
