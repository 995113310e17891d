"""
Leaders' daily reception: roster, log and gaps; counts and posts only (JZ-07, JZ-08).
"""

from __future__ import annotations

from typing import Any

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.domain.activities import rosters as receptions
from services.assignment.domain.closings import closing
from services.assignment.domain.leaders.workload import Share
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas import cases
from services.assignment.schemas import rosters as reception_schemas
from services.assignment.store import OUTBOX, Receptions
from shared.errors import Conflict, reject_if
from shared.policy.current import policy
from shared.policy.programme import Programme
from shared.policy.reports import Roster
from shared.web.endpoint import CLERKS, LEADERS, Call, Page, after, api, page_of


@api(
    "POST",
    "/rosters",
    roles=LEADERS,
    body=reception_schemas.TurnBody,
    answer=reception_schemas.TurnView,
    status=201,
)
def add_to_roster(call: Call) -> dict[str, Any]:
    """
    Put a post on the roster of a day.
    """
    programme, roster, office = _roster_of(call)
    turn = _turn_of(call, programme, roster, office)
    if not Receptions(call.session).add_turn(**turn):
        raise Conflict.because(
            "already_rostered", "当天已安排该职务接访。", "无需再次安排。"
        )
    OUTBOX.announce(
        call.session,
        events.LeaderRostered(
            office=office,
            case_number=f"{programme.code}/{office}",
            occurred_on=min(turn["day"], call.today),
            programme=programme.code,
            roster=roster.id,
            day=turn["day"],
            post=turn["post"],
        ),
    )
    return turn


@api(
    "GET",
    "/rosters",
    query=cases.ListQuery,
    answer=reception_schemas.TurnView,
    many=True,
)
def list_rosters(call: Call) -> Page:
    """
    List whose turn it is at an office and those below it.
    """
    limit = call.query["limit"]
    rows = Receptions(call.session).turns_of(
        call.offices(), after(call.query), limit + 1
    )
    return page_of(rows, limit, lambda row: row.id)


@api(
    "POST",
    "/receptions",
    roles=CLERKS,
    body=reception_schemas.LogBody,
    answer=reception_schemas.LogView,
    status=201,
)
def log_reception(call: Call) -> dict[str, Any]:
    """
    Log how often a leader received on a day, and how many were entered.
    """
    programme, roster, office = _roster_of(call)
    body = call.body
    counts = {name: body[name] for name in ("receptions", "entered")}
    reject_if(
        [
            *closing.has_come(body["day"], call.today, "/day"),
            *receptions.log_faults(**counts),
        ]
    )
    log = {**_turn_of(call, programme, roster, office), **counts}
    if not Receptions(call.session).add_log(**log):
        raise Conflict.because(
            "already_logged", "该职务当天的接访日志已经登记。", "无需再次登记。"
        )
    OUTBOX.announce(
        call.session,
        events.ReceptionLogged(
            office=office,
            case_number=f"{programme.code}/{office}",
            occurred_on=log["day"],
            programme=programme.code,
            roster=roster.id,
            post=log["post"],
            **counts,
        ),
    )
    return log


@api(
    "GET",
    "/receptions",
    query=cases.ListQuery,
    answer=reception_schemas.LogView,
    many=True,
)
def list_receptions(call: Call) -> Page:
    """
    List the logs of an office and of those below it.
    """
    limit = call.query["limit"]
    rows = Receptions(call.session).logs_of(
        call.offices(), after(call.query), limit + 1
    )
    return page_of(rows, limit, lambda row: row.id)


@api(
    "GET",
    "/rosters/gaps",
    query=reception_schemas.GapsQuery,
    answer=reception_schemas.GapsView,
)
def show_roster_gaps(call: Call) -> dict[str, Any]:
    """
    Show the days without a leader, without a log, or with receptions not entered.
    """
    query = call.query
    programme = programme_of(query["programme"])
    roster = _known_roster(programme, query["roster"])
    reject_if(
        [
            *closing.not_before(query["to"], query["from_"], "?to"),
            *receptions.span_faults(query["from_"], query["to"]),
        ]
    )
    asked = set(call.offices())
    keeping = receptions.offices_of(roster, programme, policy().directory, call.today)
    offices = [code for code in keeping if code in asked]
    span = (query["from_"], min(query["to"], call.today))
    wanted = tuple(receptions.periods(roster, *span, policy().calendar))
    days = len(offices) * len(wanted)
    reject_if(receptions.size_faults(days))
    kept = Receptions(call.session)
    which = (programme.code, roster.id, offices)
    turns, logs = (
        kept.turns_between(*which, *span),
        kept.logs_between(*which, *span),
    )
    gaps = tuple(receptions.gaps(offices, wanted, turns, logs))
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


def _roster_of(call: Call) -> tuple[Programme, Roster, str]:
    """
    The programme, the roster and the office a body names.
    """
    office = call.office(call.body.get("office"))
    programme = programme_of(call.body["programme"])
    return programme, _known_roster(programme, call.body["roster"]), office


def _known_roster(programme: Programme, identity: str) -> Roster:
    reject_if(receptions.roster_faults(identity, programme))
    return next(each for each in programme.rosters if each.id == identity)


def _turn_of(
    call: Call, programme: Programme, roster: Roster, office: str
) -> dict[str, Any]:
    body = call.body
    reject_if(
        [
            *receptions.office_faults(
                roster, office, programme, policy().directory, call.today
            ),
            *receptions.post_faults(roster, office, body["post"], policy().directory),
        ]
    )
    return {
        "id": str(uuid7()),
        "programme": programme.code,
        "roster": roster.id,
        "office": office,
        "day": body["day"],
        "post": body["post"],
    }
