"""
Where petitions go from the counter: suggested by the programme, decided by a person.
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.intake.domain.petitions.petitions import Petition
from services.intake.domain.petitions.routing import (
    RouteDecision,
    SuggestedRoute,
    decide_route,
    suggest,
)
from services.intake.endpoints.lookup import petition_of
from services.intake.schemas.petitions.routing import RouteBody, RoutingView
from services.intake.store import Routes
from shared.policy.current import current_policy
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/petitions/<number>/routes",
    roles=CLERKS,
    body=RouteBody,
    answer=RoutingView,
    status=201,
)
def route_petition(call: Call) -> dict[str, Any]:
    """
    Confirm where a petition goes, or decide otherwise with a reason.
    """
    petition = petition_of(call, lock=True)
    written = dict.fromkeys(("office", "department", "organ", "reason")) | call.body
    wanted = RouteDecision(
        id=str(uuid7()),
        petition=petition.number,
        rule=None,
        as_suggested=False,
        **written,
    )
    directory = current_policy().directory
    decision = decide_route(
        petition, wanted, _suggested(petition), directory=directory, today=call.today
    )
    Routes(call.session).insert(decision)
    return routing_of(call, petition)


def routing_of(call: Call, petition: Petition) -> dict[str, Any]:
    """
    What is suggested for a petition, and what was decided.
    """
    decisions = Routes(call.session).of_petition(petition.number)
    return {"suggested": _suggested(petition), "decisions": decisions}


def routing_of_new(petition: Petition) -> dict[str, Any]:
    """
    The routing of a petition on which nobody has decided yet.
    """
    return {"suggested": _suggested(petition), "decisions": []}


def _suggested(petition: Petition) -> SuggestedRoute | None:
    policy = current_policy()
    programme = policy.programmes.get(petition.programme)
    return suggest(petition, programme, policy.directory, policy.calendar)
