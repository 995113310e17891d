"""
What the endpoints for the moves of cases accept and answer.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.case_offices import CaseMove, HandedRound
from shared.records.views import view_of
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery


class CaseMoveView(view_of(CaseMove)):  # type: ignore[misc]
    """A move of a case, with its reason in words."""

    reason_title = fields.String(required=True)


class HeldView(Schema):
    """An office that has or had a case: since when, and until when."""

    office = fields.String(required=True)
    name = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True, allow_none=True)


class OfficesView(Schema):
    """The offices that have or had a case, and how it passed from one to the next."""

    number = fields.String(required=True)
    office = fields.String(required=True)
    offices = fields.List(fields.Nested(HeldView), required=True)
    moves = fields.List(fields.Nested(CaseMoveView), required=True)


class HandedRoundQuery(ListQuery):
    """The cases of a programme that were handed on too often (DY-32)."""

    programme = named("programme")


HandedRoundView = view_of(HandedRound)
