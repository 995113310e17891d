"""
Where a petition goes from the counter, over HTTP.
"""

from __future__ import annotations

from marshmallow import Schema

from services.intake.domain.petitions.routing import RouteDecision, SuggestedRoute
from services.intake.schemas import PetitionView
from shared.records.views import view_of
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict

SuggestedRouteView = view_of(SuggestedRoute)
RouteDecisionView = view_of(RouteDecision, without=("id", "petition"))


class RoutingView(Schema):
    """What the programme suggests, and what was decided so far; the last holds."""

    suggested = schema.nested(SuggestedRouteView, allow_none=True)
    decisions = schema.many(
        schema.nested(RouteDecisionView),
        most=1000,
        metadata={"description": "历次确定的去向，以最后一次为准"},
    )


class RoutedPetitionView(PetitionView):  # type: ignore[misc, valid-type]
    """A petition with where it goes."""

    routing = schema.nested(RoutingView)


class RouteBody(Strict):
    """
    Where a petition goes: nothing but the day confirms the suggestion; a department (of
    the own office unless another is named) or an organ outside decides otherwise and
    needs a reason.
    """

    decided_on = schema.day()
    office = schema.office_code()
    department = schema.text(longest=60, required=False)
    organ = schema.text(longest=100, required=False)
    reason = schema.text(longest=500, required=False)
