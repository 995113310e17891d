"""
Acts: what an office did, in words of the programme, on a case or of its own.

Which acts there are and what each needs stands in the programme's file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.record import (
    record_fact,
    record_facts,
    record_happened,
)
from services.assignment.domain.activities.acts import (
    act_problems,
    attendance_problems,
    check_withdrawable,
    followed_problems,
    withdrawal_problems,
)
from services.assignment.domain.duties import recurrence
from services.assignment.domain.escalation.steps import chief_of
from services.assignment.domain.facts.base import Fact, Recorded
from services.assignment.domain.facts.corrected import without_withdrawn_acts
from services.assignment.domain.facts.duties import OfficeActsBegun
from services.assignment.domain.facts.leaders import ActRecorded, ActWithdrawn, Party
from services.assignment.endpoints.lookup import (
    filed_with,
    leaders_at,
    matter_known,
    programme_of,
    unnamed_fields,
)
from services.assignment.schemas.activities.acts import (
    ActQuery,
    ActView,
    ActWithdrawalBody,
    CaseActBody,
    LogEntryView,
    LogQuery,
    OfficeActBody,
)
from services.assignment.schemas.working.cases import ListQuery
from services.assignment.store import OUTBOX, Duties, LogEntry, Matters
from shared import clock
from shared.errors import Problem, reject_if
from shared.numbers import Kind, kind_of, office_in
from shared.policy.current import current_policy
from shared.policy.programme import Programme
from shared.policy.reports import Act, ReportSchedule
from shared.rules import day_has_come, day_not_before, documents_filed
from shared.web.auth import require_office
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found
from shared.web.paging import Page


@api(
    "POST",
    "/cases/<number>/acts",
    roles=CLERKS,
    body=CaseActBody,
    answer=ActView,
    status=201,
)
def record_act(call: Call) -> dict[str, Any]:
    """
    Record what was done on a case or petition; it may discharge what is owed.
    """
    body = {**call.body, "by_office": call.who.office}
    row = matter_known(call, call.path["number"], lock=True)
    programme = current_policy().programmes.get(row.programme)
    kind = current_policy().directory.office(row.office).kind
    acts = {act.id: act for act in programme.acts_on(row.opened_on, kind)}
    posts = _titles_at(row.office, call.who.office, programme.hub)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], row.opened_on, "/on"),
            *act_problems(
                acts,
                body,
                posts,
                of="case",
                unnamed=unnamed_fields(call.session, row),
                third_parties=programme.third_parties,
            ),
            *_follows(call.session, row.number, acts, body),
            *documents_filed(body["document_ids"], filed_with(call, row)),
        ]
    )
    act = acts[body["act"]]
    stood = _standing_acts(Matters(call.session).recorded(row.number), act.id)
    about = {"in_scope": row.in_scope, "first": not stood}
    return keep_act(
        call.session, row.number, row.office, programme, act=act, body=body, **about
    )


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
    posts = _titles_at(office, call.who.office, programme.hub)
    problems = [
        *day_has_come(body["on"], call.today, "/on"),
        *act_problems(acts, body, posts, of="office"),
        *attendance_problems(_local(body["attended_at"]), body["on"], _now()),
    ]
    if not current_policy().directory.is_within(
        office, programme.offices_root, call.today
    ):
        problems.append(_outside(office))
    schedule = _schedule_of(programme, office, body)
    if schedule is not None:
        owed = Duties(call.session).reports_owed(
            (programme.code, office, schedule.id), body["department"]
        )
        problems += _period_problems(schedule, body, programme, owed)
    else:
        problems += _department_problems(programme, office, body)
    reject_if(problems)
    number = f"{programme.code}/{office}/acts"
    if schedule is not None:
        number = f"{programme.code}/{office}/{schedule.id}/{body['period']}"
        number += f"/{body['department']}" if body["department"] else ""
    elif body["about"]:
        number += f"/{body['about']}"
    row = Matters(call.session).lock(number)
    if schedule is None and row.opened_on is None:
        begun = OfficeActsBegun(on=body["on"], office=office, programme=programme.code)
        record_fact(call.session, number, begun)
    act = acts[body["act"]]
    body["attended_at"] = _local(body["attended_at"])
    body["arrived_at"] = _now() if schedule else None
    kept = keep_act(call.session, number, office, programme, act=act, body=body)
    if told := _told(act, number, office, programme, body):
        OUTBOX.announce(call.session, told)
    return kept


@api(
    "POST",
    "/cases/<number>/acts/<identity>/withdrawals",
    roles=LEADERS,
    body=ActWithdrawalBody,
    answer=ActView,
    status=201,
)
def withdraw_act(call: Call) -> dict[str, Any]:
    """
    Withdraw an act that was recorded wrongly: it stays in the log, and what it
    discharged is owed again.
    """
    return _withdrawn(call, matter_known(call, call.path["number"], lock=True))


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
    found = number if own else None
    return _withdrawn(
        call, matter_known(call, or_not_found(found, "办理事项", identity), lock=True)
    )


def _withdrawn(call: Call, row: Any) -> dict[str, Any]:
    """
    The act of the path, of the matter of *row*, withdrawn.
    """
    matters, identity, body = Matters(call.session), call.path["identity"], call.body
    recorded = matters.recorded(row.number)
    found = recorded.get(identity)
    act = found if isinstance(found, ActRecorded) else None
    fact = or_not_found(act, "办理事项", identity)
    office, directory = fact.by_office or row.office, current_policy().directory
    require_office(call.who, office, directory, call.today)
    check_withdrawable(
        fact,
        withdrawn=identity not in without_withdrawn_acts(recorded),
        standing=row.standing,
    )
    reject_if(
        withdrawal_problems(
            fact, body["on"], body["approver_post"], leaders_at(office), call.today
        )
    )
    event = events.ActWithdrawn(
        office=row.office,
        case_number=row.number,
        occurred_on=body["on"],
        programme=row.programme,
        act=fact.act,
        record=identity,
        post=body["approver_post"],
        kind=fact.kind,
        count=fact.count,
        in_scope=row.in_scope,
        last=len(_standing_acts(recorded, fact.act)) == 1,
    )
    record_happened(call.session, event, reason=body["reason"])
    withdrawn = ActWithdrawn.from_fields(body["on"], {**vars(event), **body})
    programme = current_policy().programmes.get(row.programme)
    return _shown(identity, row.number, fact, programme, withdrawn)


@api(
    "GET",
    "/cases/<number>/log",
    query=LogQuery,
    answer=LogEntryView,
    many=True,
)
def show_log(call: Call) -> Page[Any]:
    """
    List what happened in a case or petition, in the order of days.
    """
    row = matter_known(call, call.path["number"])
    programme = current_policy().programmes.get(row.programme)
    page = Matters(call.session).log(row.number, call.page)
    return page.map(lambda entry: _logged(entry, row.number, programme))


@api(
    "GET",
    "/cases/<number>/acts",
    query=ListQuery,
    answer=ActView,
    many=True,
)
def list_acts(call: Call) -> Page[Any]:
    """
    List the acts recorded on a case or petition.
    """
    row = matter_known(call, call.path["number"])
    return _listed(call, row.number, current_policy().programmes.get(row.programme))


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
    return _listed(call, f"{programme.code}/{office}/%", programme)


def _now() -> datetime:
    return clock.now().astimezone(clock.SHANGHAI)


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(clock.SHANGHAI) if moment else None


def _told(
    act: Act, number: str, office: str, programme: Programme, body: Mapping[str, Any]
) -> events.OfficeEventTold | None:
    """
    That another office is to know at once what this one recorded, if the act says so.
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


def _follows(
    session: Connection, number: str, acts: Mapping[str, Act], body: Mapping[str, Any]
) -> Iterator[Problem]:
    """
    What is wrong with the earlier act that this one carries on.
    """
    act = acts.get(body["act"])
    if act is None or not (act.follows or body["follows"]):
        return
    recorded = Matters(session).recorded(number)
    titles = {act.id: act.title for act in acts.values()}
    yield from followed_problems(act, body["follows"], recorded, titles)


def _standing_acts(recorded: Recorded, act: str) -> list[str]:
    """
    The ids of the acts of a kind that were recorded and not withdrawn.
    """
    return [
        identity
        for identity, fact in without_withdrawn_acts(recorded).items()
        if isinstance(fact, ActRecorded) and fact.act == act
    ]


def _titles_at(*offices: str) -> set[str]:
    """
    The posts and departments that may stand in a record.
    """
    titles = set()
    for code in offices:
        if current_policy().directory.exists(code):
            office = current_policy().directory.office(code)
            titles |= {*office.posts, *office.departments}
    return titles


def _schedule_of(
    programme: Programme, office: str, body: dict[str, Any]
) -> ReportSchedule | None:
    """
    The schedule that binds the office, or its department, to the act.
    """
    who = (office, body["department"])
    fitting = (
        schedule
        for schedule in programme.report_schedules
        if schedule.act == body["act"]
    )
    return next(
        (
            schedule
            for schedule in fitting
            if who
            in recurrence.owing(
                programme, schedule, body["on"], current_policy().directory
            )
        ),
        None,
    )


def _department_problems(
    programme: Programme, office: str, body: dict[str, Any]
) -> Iterator[Problem]:
    """
    A report that each department owes names one, else it would count for none.
    """
    for schedule in programme.report_schedules:
        owing = recurrence.owing(
            programme, schedule, body["on"], current_policy().directory
        )
        names = [name or "" for code, name in owing if code == office]
        if schedule.act == body["act"] and names:
            departments = "、".join(filter(None, names))
            lacking = "须写明报送的部门" if departments else "不分部门报送"
            yield Problem(
                "department_unfit",
                f"“{schedule.title}”{lacking}。",
                f"可填：{departments}。" if departments else "请不要填写部门。",
                "/department",
            )


def _period_problems(
    schedule: ReportSchedule,
    body: dict[str, Any],
    programme: Programme,
    owed: Sequence[str],
) -> Iterator[Problem]:
    """
    The period is one the schedule has; left out, it is that of the day itself,
    unless a report of another is still *owed*.
    """
    period = schedule.period_on(body["on"], current_policy().calendar)
    others = [
        period_owed
        for period_owed in owed
        if period is None or period_owed != period.id
    ]
    if body["period"] is None and period is not None and not others:
        body["period"] = period.id
    if body["period"] is None and others:
        yield Problem(
            "period_missing",
            f"“{schedule.title}”还有未报的期：{'、'.join(others)}。",
            "请写明报的是哪一期。",
            "/period",
        )
    elif body["period"] is None:
        yield Problem(
            "no_such_period",
            f"{body['on']} 不在“{schedule.title}”的任何一期之内。",
            "请写明期别。",
            "/period",
        )
    elif not schedule.has_begun(
        body["period"], programme.window.from_, body["on"], current_policy().calendar
    ):
        example = f"{body['on']} 所在的一期是 {period.id}。" if period else ""
        yield Problem(
            "no_such_period",
            f"“{schedule.title}”到 {body['on']} 为止没有“{body['period']}”这一期。",
            example or "请核对期别。",
            "/period",
        )
    if body["nil"] and not programme.report(schedule.report).nil:
        yield Problem(
            "nil_not_allowed",
            f"“{schedule.title}”不得零报告。",
            "请报送内容。",
            "/nil",
        )


def keep_act(
    session: Connection,
    number: str,
    office: str,
    programme: Programme,
    *,
    act: Act,
    body: dict[str, Any],
    in_scope: bool | None = None,
    first: bool = True,
) -> dict[str, Any]:
    """
    Announce the act and let it discharge what it discharges. Of a case: whether it is
    *in_scope*, and the act the *first* of its kind there.
    """
    on, identity = body["on"], str(uuid7())
    parties = tuple(Party(**party) for party in body.get("parties") or ())
    fields = {
        **body,
        "nil": bool(body.get("nil")),
        "document_ids": tuple(body.get("document_ids", ())),
        "parties": parties,
        "record": body.get("follows") or identity,
    }
    fact = ActRecorded.from_fields(on, fields)
    Matters(session).lock(number)
    OUTBOX.announce(
        session,
        events.ActRecorded(
            office=office,
            case_number=number,
            occurred_on=on,
            programme=programme.code,
            act=act.id,
            post=fact.post,
            period=fact.period,
            nil=fact.nil,
            count=fact.count,
            kind=fact.kind,
            in_scope=in_scope,
            first=first,
        ),
    )
    record_facts(session, {number: {identity: fact}})
    return _shown(identity, number, fact, programme)


def _listed(call: Call, numbers: str, programme: Programme) -> Page[Any]:
    matters = Matters(call.session)
    page = matters.page_of_facts(numbers, ActRecorded, call.page)
    gone = matters.withdrawals([number for _, number, _ in page.items])
    return page.map(
        lambda recorded: _shown(*recorded, programme, gone.get(recorded[0]))
    )


def _logged(entry: LogEntry, number: str, programme: Programme) -> dict[str, Any]:
    """
    A line of the log; of what others wrote only its title is shown.
    """
    fact = entry.fact
    act = None
    if isinstance(fact, ActRecorded):
        act = _shown(entry.id, number, fact, programme, entry.withdrawn)
    return {
        "id": entry.id,
        "on": fact.on,
        "kind": fact.name,
        "title": act["title"] if act else fact.title,
        "act": act,
    }


def _shown(
    identity: str,
    number: str,
    fact: Fact,
    programme: Programme,
    withdrawn: ActWithdrawn | None = None,
) -> dict[str, Any]:
    """
    An act as it is shown; one that the programme no longer has is shown by its id.
    """
    titles = {act.id: act.title for act in programme.every_act()}
    followed = fact.get("record")
    return {
        **vars(fact),
        "id": identity,
        "number": number,
        "programme": programme.code,
        "title": titles.get(fact.get("act"), fact.get("act")),
        "follows": followed if followed != identity else None,
        "withdrawn_on": withdrawn and withdrawn.on,
        "withdrawn_by": withdrawn and withdrawn.post,
        "withdrawn_because": withdrawn and withdrawn.reason,
    }


def _outside(office: str) -> Problem:
    return Problem(
        "office_outside_programme",
        f"机关 {office} 不在该专项范围之内。",
        "请核对专项。",
        "/programme",
    )
