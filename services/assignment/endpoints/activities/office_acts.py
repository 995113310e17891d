"""
Acts and reports of offices of their own: recorded, withdrawn and listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.assignment import events
from services.assignment.casework.record import record_fact
from services.assignment.domain.activities.acts import act_problems, attendance_problems
from services.assignment.domain.escalation.steps import chief_of
from services.assignment.domain.facts.duties import OfficeActsBegun
from services.assignment.endpoints.activities.act_record import (
    keep_act,
    page_of_acts,
    titles_at,
    withdraw,
)
from services.assignment.endpoints.activities.reports import (
    department_problems,
    period_problems,
    schedule_of,
)
from services.assignment.endpoints.lookup import matter_of, programme_of
from services.assignment.schemas.activities.acts import (
    ActQuery,
    ActView,
    ActWithdrawalBody,
    OfficeActBody,
)
from services.assignment.store import OUTBOX, Duties, Matters
from shared import clock
from shared.errors import Problem, reject_if
from shared.matter_numbers import Kind, kind_of, office_in
from shared.policy.current import current_policy
from shared.policy.parts.reports import Act, ReportSchedule
from shared.policy.programme import Programme
from shared.rules import day_has_come
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found
from shared.web.paging import Page


@api(
    "POST",
    "/offices/<code>/acts",
    roles=CLERKS,
    body=OfficeActBody,
    answer=ActView,
    status=201,
)
def record_office_act(call: Call) -> dict[str, Any]:
    """
    Record a report handed in, also an express "nothing", or an act of the office.
    """
    office = call.office(call.path["code"])
    body = {**call.body, "by_office": call.who.office}
    programme = programme_of(body["programme"])
    acts = {act.id: act for act in programme.every_act()}
    posts = titles_at(office, call.who.office, programme.hub)
    problems = [
        *day_has_come(body["on"], call.today, "/on"),
        *act_problems(acts, body, posts, of="office"),
        *attendance_problems(_local(body["attended_at"]), body["on"], _now()),
    ]
    if not current_policy().directory.is_within(
        office, programme.offices_root, call.today
    ):
        problems.append(_outside(office))
    schedule = schedule_of(programme, office, body)
    if schedule is not None:
        periods = Duties(call.session).reports_owed(
            (programme.code, office, schedule.id), body["department"]
        )
        problems += period_problems(schedule, body, programme, periods)
    else:
        problems += department_problems(programme, office, body)
    reject_if(problems)
    number = _number_of(programme, office, schedule, body)
    row = Matters(call.session).lock(number)
    if schedule is None and row.opened_on is None:
        beginning = OfficeActsBegun(
            on=body["on"], office=office, programme=programme.code
        )
        record_fact(call.session, number, beginning)
    act = acts[body["act"]]
    body["attended_at"] = _local(body["attended_at"])
    body["arrived_at"] = _now() if schedule else None
    act_recorded = keep_act(call.session, number, office, programme, act=act, body=body)
    if event := _announcement(act, number, office, programme, body):
        OUTBOX.announce(call.session, event)
    return act_recorded


def _number_of(
    programme: Programme,
    office: str,
    schedule: ReportSchedule | None,
    body: dict[str, Any],
) -> str:
    """
    The number of the matter that an act belongs to: the period of its report, else the
    acts of the office, about one thing if it names one.
    """
    if schedule is not None:
        number = f"{programme.code}/{office}/{schedule.id}/{body['period']}"
        return f"{number}/{body['department']}" if body["department"] else number
    number = f"{programme.code}/{office}/acts"
    return f"{number}/{body['about']}" if body["about"] else number


@api(
    "POST",
    "/offices/<code>/acts/<identity>/withdrawals",
    roles=LEADERS,
    body=ActWithdrawalBody,
    answer=ActView,
    status=201,
)
def withdraw_office_act(call: Call) -> dict[str, Any]:
    """
    Withdraw an act or report of an office of its own that was recorded wrongly: a
    report is owed again.
    """
    office, identity = call.office(call.path["code"]), call.path["identity"]
    number = Matters(call.session).number_of(identity)
    own = number and kind_of(number) is Kind.PERIOD and office_in(number) == office
    number_found = number if own else None
    return withdraw(
        call,
        matter_of(call, or_not_found(number_found, "办理事项", identity), lock=True),
    )


@api(
    "GET",
    "/offices/<code>/acts",
    query=ActQuery,
    answer=ActView,
    many=True,
)
def list_office_acts(call: Call) -> Page[Any]:
    """
    List the acts and reports of an office of its own under a programme.
    """
    office = call.office(call.path["code"])
    programme = programme_of(call.query["programme"])
    return page_of_acts(call, f"{programme.code}/{office}/%", programme)


def _now() -> datetime:
    return clock.now().astimezone(clock.SHANGHAI)


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(clock.SHANGHAI) if moment else None


def _announcement(
    act: Act, number: str, office: str, programme: Programme, body: Mapping[str, Any]
) -> events.OfficeEventTold | None:
    """
    Return the announcement to an office that must know this act at once, if the act
    says so.
    """
    directory, on = current_policy().directory, body["on"]
    addressees = {
        "own": (office, chief_of(office, directory)),
        "hub": (programme.hub, programme.hub_department),
        "upper": (directory.parent(office, on) or programme.hub, None),
    }
    if act.tell not in addressees:
        return None
    to_office, to_post = addressees[act.tell]
    words = [body["kind"], body["place"]]
    words.append(f"{body['count']}人" if body["count"] is not None else None)
    return events.OfficeEventTold(
        office=office,
        case_number=number,
        occurred_on=on,
        programme=programme.code,
        act=act.id,
        title=act.title,
        about="，".join(filter(None, words)) or act.title,
        to_office=to_office,
        to_post=to_post,
    )


def _outside(office: str) -> Problem:
    return Problem(
        "office_outside_programme",
        f"机关 {office} 不在该专项范围之内。",
        "请核对专项。",
        "/programme",
    )
