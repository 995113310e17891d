"""
The log of receptions beside the register and the national system, corrected and
counted; counts and posts only (JZ-08, JZ-09, JZ-51, TL-39).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from uuid_utils import uuid7

from services.assignment.domain.activities import reception_log, rosters
from services.assignment.domain.activities.reception_log import LogCorrection, Turns
from services.assignment.endpoints.activities.rosters import roster_of
from services.assignment.endpoints.lookup import programme_of
from services.assignment.schemas.activities.reception_log import (
    EntriesView,
    LogCorrectionBody,
    LogCorrectionView,
    NationalEntryBody,
    TurnsQuery,
    TurnsView,
)
from services.assignment.schemas.activities.rosters import GapsQuery, LogView
from services.assignment.store import LogCorrections, Logs, visits_registered
from shared import clock
from shared.errors import reject_if
from shared.policy.current import current_policy
from shared.policy.parts.reports import Roster
from shared.policy.programme import Programme
from shared.rules import day_not_before
from shared.share import Share
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.lookup import in_sight
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery


@api(
    "POST",
    "/receptions/<id>/national-entries",
    roles=CLERKS,
    body=NationalEntryBody,
    answer=LogView,
    status=201,
)
def enter_in_national_system(call: Call) -> rosters.Log:
    """
    Say how many receptions of a log the office has entered in the national system, and
    on which day; what the log said before stays in its history.
    """
    log = _log_of(call)
    after, correction = _changed(call, log, call.body, "信访系统录入")
    reject_if(
        [
            *reception_log.counts_problems(after, call.today),
            *reception_log.growth_problems(log, after),
        ]
    )
    Logs(call.session).update(after)
    LogCorrections(call.session).insert(correction)
    return after


@api(
    "POST",
    "/receptions/<id>/corrections",
    roles=CLERKS,
    body=LogCorrectionBody,
    answer=LogView,
    status=201,
)
def correct_reception_log(call: Call) -> rosters.Log:
    """
    Correct the log of a day, with the reason; what it said before stays in its history.
    """
    log = _log_of(call)
    right, correction = _changed(call, log, call.body, call.body["reason"])
    reject_if(
        [
            *reception_log.correction_problems(correction),
            *reception_log.counts_problems(right, call.today),
        ]
    )
    Logs(call.session).update(right)
    LogCorrections(call.session).insert(correction)
    return right


@api(
    "GET",
    "/receptions/<id>/corrections",
    query=ListQuery,
    answer=LogCorrectionView,
    many=True,
)
def list_log_corrections(call: Call) -> Page[LogCorrection]:
    """
    List what of a log was corrected or entered later, and why.
    """
    return LogCorrections(call.session).of_log(_log_of(call, lock=False).id, call.page)


@api("GET", "/receptions/entries", query=GapsQuery, answer=EntriesView)
def show_reception_entries(call: Call) -> dict[str, Any]:
    """
    Compare, office by office and day by day, the log of receptions with the register
    and with what the offices entered in the national system.
    """
    query = call.query
    programme, roster, offices = _keeping(call)
    span = (query["from_"], min(query["to"], call.today))
    reject_if(
        [
            *day_not_before(query["to"], query["from_"], "?to"),
            *rosters.span_problems(query["from_"], query["to"]),
            *rosters.size_problems(len(offices) * ((span[1] - span[0]).days + 1)),
        ]
    )
    logs = Logs(call.session).between(programme.code, roster.id, offices, *span)
    visits = visits_registered(call.session, programme.code, offices, *span)
    days = reception_log.entry_days(logs, visits)
    receptions = sum(day.receptions for day in days)
    national = sum(day.national for day in days)
    return {
        "programme": programme.code,
        "roster": roster.id,
        "national": Share(national, receptions),
        "in_time": Share(sum(day.in_time for day in days), national),
        "days": days,
    }


@api("GET", "/rosters/turns", query=TurnsQuery, answer=TurnsView, many=True)
def list_reception_turns(call: Call) -> Page[Turns]:
    """
    List how often each post that is to receive has done so in a year until a day, and
    how often that is lacking for the year.
    """
    programme, roster, offices = _keeping(call)
    until = call.query.get("as_of", call.today)
    span = date(until.year, 1, 1), until
    every = reception_log.who_receives(roster, offices, current_policy().directory)
    page = Page.within(every, call.page, list, 2)
    on_page = {office for office, _ in page.items}
    times = Logs(call.session).turns(programme.code, roster.id, on_page, *span)
    return Page(reception_log.turns(roster, page.items, times), page.next)


def _keeping(call: Call) -> tuple[Programme, Roster, list[str]]:
    """
    The programme, the roster, and the offices of the query that keep it.
    """
    programme = programme_of(call.query["programme"])
    roster, offices = roster_of(programme, call.query["roster"]), {*call.offices()}
    directory = current_policy().directory
    keeping = rosters.offices_of(roster, programme, directory, call.today)
    return programme, roster, [code for code in keeping if code in offices]


def _changed(
    call: Call, log: rosters.Log, corrected_fields: Mapping[str, object], reason: str
) -> tuple[rosters.Log, LogCorrection]:
    return reception_log.correct(
        log,
        corrected_fields,
        identity=str(uuid7()),
        reason=reason,
        by=call.who.account,
        at=clock.now(),
    )


def _log_of(call: Call, *, lock: bool = True) -> rosters.Log:
    """
    The log whose id is in the path, locked. Raises `NotFound`.
    """
    identity = call.path["id"]
    row = Logs(call.session).get(identity, lock=lock)
    log: rosters.Log = in_sight(call, row, "接访日志", identity)
    return log
