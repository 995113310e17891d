"""
Request and response schemas of the endpoints for acts.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.facts.leaders import Party
from shared.records.views import view_of
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery


class PartyBody(Strict):
    """
    A third party by role, never by name, and when the petitioner agreed to it.
    """

    role = named("third_party")
    consented_on = schema.day()


class ActBody(Strict):
    """What was done, when, by which post, and what shows it."""

    act = named("act")
    on = schema.day()
    kind = schema.text(longest=60, required=False, load_default=None)
    post = schema.post(required=False, load_default=None)
    evidence = schema.text(longest=400, required=False, load_default=None)
    to = schema.text(longest=200, required=False, load_default=None)
    until = schema.day(required=False, load_default=None)
    text = schema.text(longest=4000, required=False, load_default=None)
    document = schema.text(longest=200, required=False, load_default=None)
    consent = schema.flag(required=False, load_default=None)
    count = schema.count(required=False, load_default=None)
    nil = schema.flag(required=False, load_default=None)


class CaseActBody(ActBody):
    """
    An act on a case; also who took part, how it came out, which earlier act it carries
    on, the number under which the matter went back into procedure, and the files of the
    case that show it.
    """

    parties = schema.many(
        schema.nested(PartyBody), most=14, required=False, load_default=list
    )
    result = schema.text(longest=60, required=False, load_default=None)
    follows = schema.text(longest=40, required=False, load_default=None)
    new_number = schema.number_text(required=False, load_default=None)
    document_ids = schema.document_ids()


class ActWithdrawalBody(Strict):
    """An act was recorded wrongly: why, and the leader who has it withdrawn."""

    on = schema.day()
    reason = schema.text(longest=1000)
    approver_post = schema.post()


class OfficeActBody(ActBody):
    """
    An act of the office itself: in a period of its reports, perhaps of one department,
    or *about* an occurrence that several acts belong to; where it was, how it came out,
    and when somebody came there.
    """

    programme = named("programme")
    period = schema.text(longest=20, required=False, load_default=None)
    department = schema.text(longest=60, required=False, load_default=None)
    about = schema.number_text(required=False, load_default=None)
    place = schema.text(longest=60, required=False, load_default=None)
    result = schema.text(longest=60, required=False, load_default=None)
    attended_at = schema.instant(required=False, load_default=None)


class ActQuery(ListQuery):
    """The acts of an office under one programme."""

    programme = named("programme")


PartyView = view_of(Party, role=named("third_party", shown=True))


class ActView(Schema):
    """
    An act as it was recorded; *withdrawn_on*: it counts no more, for that *reason*.
    """

    id = fields.String(required=True)
    number = fields.String(required=True)
    programme = named("programme", shown=True)
    act = named("act", shown=True)
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
    parties = fields.List(fields.Nested(PartyView), required=True)
    result = fields.String(required=True, allow_none=True)
    new_number = fields.String(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    attended_at = fields.DateTime(required=True, allow_none=True)
    document_ids = fields.List(fields.String(), required=True)
    follows = fields.String(required=True, allow_none=True)
    by_office = fields.String(required=True)
    withdrawn_on = fields.Date(required=True, allow_none=True)
    withdrawn_by = fields.String(required=True, allow_none=True)
    withdrawn_because = fields.String(required=True, allow_none=True)
    labels = Labels()


class LogEntryView(Schema):
    """
    One line of the log of a case: the day, what happened, and of an act its record.
    """

    id = fields.String(required=True)
    on = fields.Date(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    act = fields.Nested(ActView, required=True, allow_none=True)
