"""
The offices that a caller sees, and the programmes by which they work.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.policy.directory import Office, Post
from shared.policy.directory_file import KINDS, LEVELS
from shared.policy.parts.words import Word
from shared.records.views import nested_view, view_of
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Coded

_WORDS = schema.many(schema.nested(nested_view(Word)), most=200)


OfficePostView = view_of(
    Post, "OfficePostView", without=("code", "chief", "middle", "head", "holders")
)
OfficeView = view_of(
    Office,
    without=("valid_from", "mail", "parents", "area"),
    level=Coded(LEVELS, required=True),
    kind=Coded(KINDS, required=True),
    posts=schema.many(schema.nested(OfficePostView), most=200),
    departments=schema.many(fields.String(), most=200),
)


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
