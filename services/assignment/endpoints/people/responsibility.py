"""
The page of a unit: who answers for it, its bodies, what its posts lead and owe.
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.assignment.domain.people import bodies, responsibility
from services.assignment.domain.people.responsibility import UnitEntry
from services.assignment.endpoints.lookup import programme_of
from services.assignment.endpoints.people.bodies import shown_body
from services.assignment.schemas.people.bodies import (
    ResponsibilityQuery,
    ResponsibilityView,
    UnitEntryBody,
)
from services.assignment.store import Bodies, Holders, UnitEntries, work_of_posts
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.rules import day_has_come
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api


@api(
    "GET",
    "/offices/<code>/responsibility",
    query=ResponsibilityQuery,
    answer=ResponsibilityView,
)
def show_responsibility(call: Call) -> dict[str, Any]:
    """
    Show who answers for a unit and since when what is theirs is open or overdue.
    """
    return _shown(call, call.query["programme"])


@api(
    "POST",
    "/offices/<code>/responsibility",
    roles=CLERKS,
    body=UnitEntryBody,
    answer=ResponsibilityView,
    status=201,
)
def record_unit_item(call: Call) -> dict[str, Any]:
    """
    Record that an item of the unit's own lists was done, by which post (XQ-60).
    """
    office, body = call.office(call.path["code"]), call.body
    programme = programme_of(body["programme"])
    posts = current_policy().directory.office(office).posts
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *responsibility.entry_problems(
                programme, body["list"], body["item"], body["post"], posts
            ),
        ]
    )
    UnitEntries(call.session).insert(
        UnitEntry(**{**body, "id": str(uuid7()), "office": office})
    )
    return _shown(call, programme.code)


def _shown(call: Call, code: str) -> dict[str, Any]:
    office, programme = call.office(call.path["code"]), programme_of(code)
    on, directory = call.query.get("on") or call.today, current_policy().directory
    current = Bodies(call.session).current(programme.code, [office], on)
    entries = UnitEntries(call.session).latest(office, programme.code)
    holdings = Holders(call.session).of_offices([office])
    kinds = {
        kind.id
        for kind in programme.bodies
        if office in bodies.offices_of(kind, programme, directory, on)
    }
    answering = responsibility.responsible(
        programme, directory.office(office), current, entries
    )
    return {
        "programme": programme.code,
        "office": office,
        "name": directory.office(office).name,
        "on": on,
        "responsible": [
            {
                **vars(role),
                "posts": [
                    {"office": at, "post": post, "holders": holdings.of((at, post), on)}
                    for at, post in role.posts
                ],
            }
            for role in answering
        ],
        "bodies": [shown_body(call, body) for body in current],
        "missing": responsibility.missing_bodies(programme, kinds, current),
        "posts": work_of_posts(call.session, office, programme.code, call.today),
    }
