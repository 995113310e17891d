"""
Request and response schemas of the endpoints for the holders of posts.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.people.holders import Holding, LedByHolder
from services.assignment.schemas.working.cases import DutyView
from shared.records.views import view_of
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery, PageQuery


class HolderBody(Strict):
    """
    Who holds a post from a day on; *succeeds*: whose place it is, who holds it no
    longer from that day.
    """

    post = schema.post()
    holder = schema.holder_code(required=True)
    since = schema.day()
    document = schema.text(longest=200, required=False, load_default=None)
    succeeds = schema.holder_code(load_default=None, allow_none=True)


class HolderEndingBody(Strict):
    """Before which day somebody held a post."""

    until = schema.day()


class HoldersQuery(PageQuery):
    """The holders of a day, by default all there were."""

    on = schema.day(required=False)


class HandoverBody(Strict):
    """
    The open cases of one holder of a post go to another one: those named, or the first
    five hundred.
    """

    post = schema.post()
    from_ = schema.holder_code(required=True, data_key="from")
    to = schema.holder_code(required=True)
    on = schema.day()
    case_numbers = schema.many(
        schema.number_text(), least=1, most=500, required=False, load_default=None
    )


class HandedOverView(Schema):
    """The cases that another holder leads from now on."""

    case_numbers = fields.List(fields.String(), required=True)


class WorklistQuery(ListQuery):
    """The open cases that an office leads, or one post or holder of it."""

    programme = named("programme", required=False)
    post = schema.post(required=False)
    holder = schema.holder_code()


HolderView = view_of(Holding, "HolderView")
LedView = view_of(LedByHolder, "LedView")
WorklistView = view_of(
    LedByHolder,
    "WorklistView",
    without=["reason"],
    duties=fields.List(fields.Nested(DutyView), required=True),
)
