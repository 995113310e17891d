"""
Request and response schemas of the endpoints for units and coordination.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.leaders.unit_suggestions import (
    PlaceWithout,
    SuggestedUnit,
)
from services.assignment.domain.leaders.units import STATES, Coordination, Unit
from shared.records.views import view_of
from shared.vocabulary import UnitRole
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Coded, Labels
from shared.web.schema.fields import Strict


class UnitBody(Strict):
    """A unit and its part in the case (XQ-32)."""

    office = schema.office_code(required=True)
    role = schema.one_of(UnitRole)


class UnitsBody(Strict):
    """All units of the case, one of them the lead."""

    on = schema.day()
    units = schema.many(schema.nested(UnitBody), least=1, most=30)


class UnitView(view_of(Unit)):  # type: ignore[misc]
    """A unit, its part, and what the programme asks of it."""

    role_title = fields.String(required=True)
    duty = fields.String(required=True)
    support = fields.Boolean(required=True)
    tooltip = fields.String(required=True)


class PlacesBody(Strict):
    """
    The areas of the places that count, by their codes; they are used for the answer and
    kept nowhere.
    """

    on = schema.day()
    event = schema.area_code()
    residence = schema.area_code()
    registration = schema.area_code()


class SuggestedUnitsView(Schema):
    """
    Proposals only: a person says which units the case has. *without*: the places for
    which nobody can be suggested.
    """

    number = fields.String(required=True)
    suggested = schema.many(
        schema.nested(view_of(SuggestedUnit)),
        most=10,
        metadata={"description": "建议的单位及其责任"},
    )
    without = schema.many(
        schema.nested(view_of(PlaceWithout)),
        most=3,
        metadata={"description": "没有可建议单位的地点"},
    )


class UnitReportBody(Strict):
    """What a co-handling or cooperating unit did (XQ-32)."""

    on = schema.day()
    text = schema.text(longest=2000)


class UnitReportView(Schema):
    """What a unit reported, and when."""

    office = fields.String(required=True)
    role = schema.one_of(UnitRole)
    on = fields.Date(required=True)
    text = fields.String(required=True)
    labels = Labels()


class CoordinationBody(Strict):
    """The units disagree about who leads (XQ-33)."""

    on = schema.day()
    disagreement = schema.text(longest=2000)


CoordinationView = view_of(Coordination, state=Coded(STATES, required=True))


class UnitsView(Schema):
    """The units of a case and what the conference was asked to decide."""

    number = fields.String(required=True)
    units = fields.List(fields.Nested(UnitView), required=True)
    reports = fields.List(fields.Nested(UnitReportView), required=True)


class CoordinationDecisionBody(Strict):
    """The conference decides which unit leads."""

    on = schema.day()
    lead = schema.office_code(required=True)
    opinion = schema.text(longest=2000)
