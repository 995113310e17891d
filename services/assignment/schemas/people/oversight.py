"""
Request and response schemas of the endpoints for who oversees what.
"""

from __future__ import annotations

from marshmallow import fields

from services.assignment.domain.people.oversight import OverseenCase, Oversight
from services.assignment.schemas.working.cases import DutyView
from shared.records.views import view_of
from shared.vocabulary import Standing
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery, PageQuery


class OversightBody(Strict):
    """
    A leader of the office oversees a department of it, or an office right below as a
    contact point: one of the two.
    """

    programme = named("programme")
    post = schema.post()
    holder = schema.holder_code(load_default=None, allow_none=True)
    department = schema.text(longest=60, required=False, load_default=None)
    overseen = schema.office_code(load_default=None, allow_none=True)
    since = schema.day()
    document = schema.text(longest=200, required=False, load_default=None)


class OversightEndingBody(Strict):
    """Before which day it ended."""

    until = schema.day()


class OversightQuery(PageQuery):
    """What holds on a day, by default all there was."""

    on = schema.day(required=False)


class OverseenCasesQuery(ListQuery):
    """The open cases that an office's leaders oversee, or one post or holder of it."""

    programme = named("programme")
    post = schema.post(required=False)
    holder = schema.holder_code()


OversightView = view_of(Oversight)
OverseenCaseView = view_of(
    OverseenCase,
    standing=schema.one_of(Standing),
    duties=fields.List(fields.Nested(DutyView), required=True),
)
