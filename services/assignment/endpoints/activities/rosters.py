"""
Leaders' daily reception: roster, log and gaps; counts and posts only (JZ-07, JZ-08).
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.assignment.domain.activities import rosters
from services.assignment.domain.activities.reception_log import (
    CORRECTED,
    counted_in_time,
    counts_problems,
)
from services.assignment.domain.people.holders import holder_problems
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas.activities import rosters as schemas
from services.assignment.store import Holders, Logs, RosterSlots, visits_registered
from shared import clock
from shared.errors import Conflict, reject_if
from shared.policy.current import current_policy
from shared.policy.parts.reports import Roster
from shared.policy.programme import Programme
from shared.rules import day_has_come, day_not_before
from shared.share import Share
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api
from shared.web.paging import Page, PageRequest


@api(
    "POST",
    "/rosters",
    roles=LEADERS,
    body=schemas.RosterSlotBody,
    answer=schemas.RosterSlotView,
    status=201,
)
def add_to_roster(call: Call) -> rosters.RosterSlot:
    """
    Put a post on the roster of a day.
    """
    programme, roster, office = _roster_of(call)
    slot = rosters.RosterSlot(**_slot_of(call, programme, roster, office))
    if not RosterSlots(call.session).insert_new(slot):
        raise Conflict.because(
            "already_rostered", "当天已安排该职务接访。", "无需再次安排。"
        )
    return slot


@api(
    "GET",
    "/rosters",
    query=schemas.RosterQuery,
    answer=schemas.RosterSlotView,
    many=True,
)
def list_rosters(call: Call) -> Page[rosters.RosterSlot]:
    """
    List who is to receive at an office and those below it.
    """
    return RosterSlots(call.session).of_offices(
        call.offices(), PageRequest.of(call.query), **_whose(call)
    )


@api(
    "POST",
    "/receptions",
    roles=CLERKS,
    body=schemas.LogBody,
    answer=schemas.LogView,
    status=201,
)
def log_reception(call: Call) -> rosters.Log:
    """
    Log how often a leader received on a day, and how many were entered.
    """
    programme, roster, office = _roster_of(call)
    body = call.body
    log = counted_in_time(
        rosters.Log(
            **_slot_of(call, programme, roster, office),
            **{name: body[name] for name in CORRECTED if name in body},
            logged_at=clock.now(),
        )
    )
    reject_if(
        [
            *day_has_come(body["day"], call.today, "/day"),
            *counts_problems(log, call.today),
        ]
    )
    if not Logs(call.session).insert_new(log):
        raise Conflict.because(
            "already_logged", "该职务当天的接访日志已经登记。", "无需再次登记。"
        )
    return log


@api(
    "GET",
    "/receptions",
    query=schemas.RosterQuery,
    answer=schemas.LogView,
    many=True,
)
def list_receptions(call: Call) -> Page[rosters.Log]:
    """
    List the logs of an office and of those below it.
    """
    return Logs(call.session).of_offices(
        call.offices(), PageRequest.of(call.query), **_whose(call)
    )


@api(
    "GET",
    "/rosters/gaps",
    query=schemas.GapsQuery,
    answer=schemas.GapsView,
)
def show_roster_gaps(call: Call) -> dict[str, Any]:
    """
    Show the days without a leader, without a log, or with receptions not entered.
    """
    query = call.query
    programme = programme_of(query["programme"])
    roster = roster_of(programme, query["roster"])
    reject_if(
        [
            *day_not_before(query["to"], query["from_"], "?to"),
            *rosters.span_problems(query["from_"], query["to"]),
        ]
    )
    queried = set(call.offices())
    keeping = rosters.offices_of(
        roster, programme, current_policy().directory, call.today
    )
    offices = [code for code in keeping if code in queried]
    span = (query["from_"], min(query["to"], call.today))
    periods = tuple(rosters.periods(roster, *span, current_policy().calendar))
    days = len(offices) * len(periods)
    reject_if(rosters.size_problems(days))
    which = (programme.code, roster.id, offices)
    slots = RosterSlots(call.session).between(*which, *span)
    logs = Logs(call.session).between(*which, *span)
    visits = visits_registered(call.session, programme.code, offices, *span)
    gaps = tuple(rosters.gaps(offices, periods, slots, logs, visits))
    empty = sum(gap.kind == "not_logged" for gap in gaps)
    return {
        "programme": programme.code,
        "roster": roster.id,
        "filled": Share(days - empty, days),
        "entered": Share(
            sum(log.entered for log in logs), sum(log.receptions for log in logs)
        ),
        "gaps": gaps,
    }


def _whose(call: Call) -> dict[str, str | None]:
    return {name: call.query.get(name) for name in ("post", "holder")}


def _roster_of(call: Call) -> tuple[Programme, Roster, str]:
    """
    The programme, the roster and the office a body names.
    """
    office = call.office(call.body.get("office"))
    programme = programme_of(call.body["programme"])
    return programme, roster_of(programme, call.body["roster"]), office


def roster_of(programme: Programme, identity: str) -> Roster:
    """
    A roster of the programme. Raises `Rejected` when no roster has that id.
    """
    reject_if(rosters.roster_problems(identity, programme))
    return next(roster for roster in programme.rosters if roster.id == identity)


def _slot_of(
    call: Call, programme: Programme, roster: Roster, office: str
) -> dict[str, Any]:
    body = call.body
    holdings = Holders(call.session).of_offices([office])
    reject_if(
        [
            *rosters.office_problems(
                roster, office, programme, current_policy().directory, call.today
            ),
            *rosters.post_problems(
                roster, office, body["post"], current_policy().directory
            ),
            *holder_problems(
                (office, body["post"]), body["holder"], holdings, body["day"], "/holder"
            ),
        ]
    )
    return {
        "id": str(uuid7()),
        "programme": programme.code,
        "roster": roster.id,
        "office": office,
        "day": body["day"],
        "post": body["post"],
        "holder": body["holder"],
    }
