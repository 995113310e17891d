"""
The items that an office writes into lists which its programme leaves open (MX-11).
"""

from __future__ import annotations

from uuid_utils import uuid7

from services.assignment.domain.leaders import own_lists
from services.assignment.domain.leaders.own_lists import ListVersion
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas.leaders.checklists import (
    ListsQuery,
    ListVersionBody,
    ListVersionView,
)
from services.assignment.store import ListVersions
from shared.errors import reject_if
from shared.web.call import LEADERS, Call
from shared.web.endpoint import api
from shared.web.paging import Page


@api(
    "POST",
    "/offices/<code>/duty-lists",
    roles=LEADERS,
    body=ListVersionBody,
    answer=ListVersionView,
    status=201,
)
def write_duty_list(call: Call) -> ListVersion:
    """
    Write the items of a list that the programme leaves open, from a day on.
    """
    office, body = call.office(call.path["code"]), call.body
    programme, store = programme_of(body["programme"]), ListVersions(call.session)
    before = store.of_list(programme.code, office, body["list"])
    items = [(item["text"], item["act"]) for item in body["items"]]
    reject_if(
        own_lists.version_problems(
            body["list"], items, programme, since=body["since"], before=before
        )
    )
    version = ListVersion(
        id=str(uuid7()),
        programme=programme.code,
        office=office,
        list=body["list"],
        since=body["since"],
        document=body["document"],
        items=own_lists.number_items(items, before),
        recorded_by=call.who.account,
    )
    store.insert(version)
    return version


@api(
    "GET",
    "/offices/<code>/duty-lists",
    query=ListsQuery,
    answer=ListVersionView,
    many=True,
)
def show_duty_lists(call: Call) -> Page[ListVersion]:
    """
    List the versions of the lists that an office wrote itself.
    """
    office, programme = call.office(call.path["code"]), call.query["programme"]
    return ListVersions(call.session).page_of(programme, office, call.page)
