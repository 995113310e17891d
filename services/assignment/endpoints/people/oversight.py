"""
Who of a leading group oversees which departments and contact points, and their cases.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from uuid_utils import uuid7

from services.assignment.domain.people import oversight
from services.assignment.domain.people.holders import holder_problems
from services.assignment.domain.people.oversight import Oversight
from services.assignment.endpoints.lookup import programme_of
from services.assignment.endpoints.views import shown_duties
from services.assignment.schemas.people import oversight as schemas
from services.assignment.store import Duties, Holders, Oversights
from shared.errors import Problem, reject_if
from shared.policy.current import current_policy
from shared.rules import day_has_come
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.lookup import in_sight
from shared.web.paging import Page


@api(
    "POST",
    "/offices/<code>/oversight",
    roles=CLERKS,
    body=schemas.OversightBody,
    answer=schemas.OversightView,
    status=201,
)
def enter_oversight(call: Call) -> Oversight:
    """
    Enter which leader of the office oversees a department or a contact point (JZ-16).
    """
    office, body = call.office(call.path["code"]), call.body
    programme = programme_of(body["programme"])
    new = Oversight(
        **{**body, "programme": programme.code}, id=str(uuid7()), office=office
    )
    store = Oversights(call.session)
    entries = store.lock_office(office)
    directory = current_policy().directory
    reject_if(
        [
            *day_has_come(new.since, call.today, "/since"),
            *oversight.entry_problems(new, directory, entries),
            *_holder_problems(call, new),
        ]
    )
    store.insert(new)
    return new


def _holder_problems(call: Call, new: Oversight) -> list[Problem]:
    """
    A holder that is named holds the post.
    """
    if new.holder is None:
        return []
    holdings = Holders(call.session).of_offices([new.office])
    who = (new.office, new.post)
    return [*holder_problems(who, new.holder, holdings, new.since, "/holder")]


@api(
    "POST",
    "/offices/<code>/oversight/<id>/ending",
    roles=CLERKS,
    body=schemas.OversightEndingBody,
    answer=schemas.OversightView,
)
def end_oversight(call: Call) -> Oversight:
    """
    Say before which day somebody oversaw a department or a contact point.
    """
    office, store = call.office(call.path["code"]), Oversights(call.session)
    entries, until = store.lock_office(office), call.body["until"]
    matching = (each for each in entries if each.id == call.path["id"])
    entry: Oversight = in_sight(
        call, next(matching, None), "分管联系记录", call.path["id"]
    )
    reject_if(
        [
            *day_has_come(until, call.today, "/until"),
            *oversight.ending_problems(entry, until, entries),
        ]
    )
    after = replace(entry, until=until)
    store.update(after)
    return after


@api(
    "GET",
    "/offices/<code>/oversight",
    query=schemas.OversightQuery,
    answer=schemas.OversightView,
    many=True,
)
def list_oversight(call: Call) -> Page[Oversight]:
    """
    List who oversees, or oversaw, which departments and contact points of the office.
    """
    office = call.office(call.path["code"])
    return Oversights(call.session).page_of(office, call.query.get("on"), call.page)


@api(
    "GET",
    "/overseen-cases",
    query=schemas.OverseenCasesQuery,
    answer=schemas.OverseenCaseView,
    many=True,
)
def list_overseen_cases(call: Call) -> Page[dict[str, Any]]:
    """
    List the open cases that the leaders of an office oversee, with what is owed: those
    of their departments, and those of their contact points (JZ-16).
    """
    query = call.query
    page = Oversights(call.session).cases(
        call.office(),
        programme_of(query["programme"]).code,
        call.today,
        call.page,
        post=query.get("post"),
        holder=query.get("holder"),
    )
    duties = defaultdict(list)
    for duty in Duties(call.session).of_matters([each.number for each in page.items]):
        if not duty.closed:
            duties[duty.number].append(duty)
    return page.map(
        lambda each: {
            **vars(each),
            "duties": shown_duties(duties[each.number], call.today),
        }
    )
