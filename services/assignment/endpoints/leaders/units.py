"""
The units of a case across areas, and the conference they turn to (XQ-32, XQ-33).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.moves import Reason, move_cases
from services.assignment.casework.record import record, record_happened
from services.assignment.domain import case_offices
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.batches import UnitReported
from services.assignment.domain.leaders import unit_suggestions, units
from services.assignment.domain.matter import BegunMatter
from services.assignment.endpoints.lookup import (
    matter_in_sight,
    record_in_sight,
    units_after,
    units_of_case,
)
from services.assignment.schemas.leaders import units as schemas
from services.assignment.store import Coordinations, Matters
from shared.errors import Conflict, Problem, reject_if
from shared.policy.current import current_policy
from shared.policy.parts.units import PlaceOf
from shared.rules import day_has_come, day_not_before, not_the_accused
from shared.vocabulary import UnitRole
from shared.web.auth import require_office
from shared.web.call import CLERKS, REVIEWERS, Call
from shared.web.endpoint import api
from shared.web.lookup import or_not_found
from shared.web.paging import Page, PageRequest
from shared.web.schema.queries import ListQuery


@api("GET", "/cases/<number>/units", answer=schemas.UnitsView)
def show_units(call: Call) -> dict[str, Any]:
    """
    Show the units of a case and what each has to do.
    """
    return _shown(call, _case_of_party(call))


@api(
    "POST",
    "/cases/<number>/units",
    roles=CLERKS,
    body=schemas.UnitsBody,
    answer=schemas.UnitsView,
    status=201,
)
def agree_units(call: Call) -> dict[str, Any]:
    """
    Say which units a case has and which of them leads.
    """
    row, body = _case_of_party(call, lock=True), call.body
    agreed = tuple((unit["office"], unit["role"]) for unit in body["units"])
    facts = Matters(call.session).facts(row.number)
    lead = units.lead_of(units_after(row, facts))
    directory, accused = current_policy().directory, units.accused_in(facts)
    for office in {lead, *units.leads(agreed)}:
        # Nobody makes another answer for a case, nor takes one from another.
        if directory.exists(office):
            require_office(call.who, office, directory, call.today)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], _had_since(row, facts), "/on"),
            *units.problems(agreed, directory, body["on"], accused=accused),
            *_move_problems(call, row, facts, units.leads(agreed), "/units"),
        ]
    )
    if units.coordination_waits(facts):
        raise Conflict.because(
            "coordination_waiting",
            "协调会商申请尚无结论，主办责任单位待定。",
            "请等待联席会议的决定。",
        )
    _agree(call, row, agreed, Reason("units", "", call.who.account))
    return _shown(call, Matters(call.session).known(row.number))


@api(
    "POST",
    "/cases/<number>/unit-suggestions",
    roles=CLERKS,
    body=schemas.PlacesBody,
    answer=schemas.SuggestedUnitsView,
    repeatable=False,
)
def suggest_units(call: Call) -> dict[str, Any]:
    """
    Suggest which unit leads a case and which help, by its topic and by places (XQ-15,
    XQ-32). The places are in the body: addresses stand in logs.
    """
    row, body, rules = _case_of_party(call), call.body, current_policy()
    reject_if(day_has_come(body["on"], call.today, "/on"))
    facts = Matters(call.session).facts(row.number)
    areas: dict[PlaceOf, str] = {
        place: body[place] for place in unit_suggestions.PLACES if body[place]
    }
    question = unit_suggestions.UnitQuestion(
        units.topic_of(facts), areas, units.accused_in(facts)
    )
    of = rules.programmes.get(row.programme), rules.directory, body["on"]
    return {
        "number": row.number,
        "suggested": unit_suggestions.suggest(question, *of),
        "without": unit_suggestions.without_unit(question, *of),
    }


def _case_of_party(call: Call, *, lock: bool = False) -> Any:
    """
    The case, for its own office and for every unit that has a part in it.
    """
    number = call.path["number"]
    matter = Matters(call.session).get(number, lock=lock)
    row = or_not_found(matter, "案件", number)
    parts = {unit.office for unit in units_of_case(call.session, row)}
    ours = current_policy().directory.subtree(call.who.office, call.today)
    if parts & set(ours):
        return row
    return matter_in_sight(call, row, "案件", number)


def _agree(
    call: Call, row: BegunMatter, agreed: tuple[tuple[str, str], ...], why: Reason
) -> None:
    """
    Record the units of a case; the case moves to the one that leads.
    """
    on, (lead,) = call.body["on"], units.leads(agreed)
    move_cases(call.session, {row.number: lead}, on, why)
    row = Matters(call.session).known(row.number)
    record(call.session, events.UnitsAgreed.of(row, on, units=agreed))


def _move_problems(
    call: Call,
    row: BegunMatter,
    facts: Sequence[Fact],
    leads: Sequence[str],
    place: str,
) -> Iterator[Problem]:
    """
    Why the case cannot move to the unit that is to lead, if another leads now; else why
    its units cannot be agreed anew.
    """
    if len(leads) == 1 and leads[0] != row.office:
        yield from case_offices.problems(
            call.body["on"],
            place,
            standing=row.standing,
            merged=row.merged,
            facts=facts,
        )
    else:
        yield from _open_problems(row, facts)


def _open_problems(row: BegunMatter, facts: Sequence[Fact]) -> Iterator[Problem]:
    yield from case_offices.open_problems(
        row.standing,
        facts,
        "/number",
        merged=row.merged,
        what="不再确定主办、协办单位",
    )


def _had_since(row: BegunMatter, facts: Sequence[Fact]) -> date:
    """
    The day from which its office has the case, before which it did not lead.
    """
    return case_offices.moved_last_on(facts) or row.opened_on


def _shown(call: Call, row: BegunMatter) -> dict[str, Any]:
    programme = current_policy().programmes.get(row.programme)
    facts, views = Matters(call.session).facts(row.number), []
    for unit in units_after(row, facts):
        role = units.duty_of(unit.role, programme)
        views.append(
            {
                **vars(unit),
                "role_title": UnitRole(unit.role).chinese,
                "duty": role.duty if role else "",
                "support": bool(role and role.support),
                "tooltip": role.tooltip if role else "",
            }
        )
    reports = [
        {
            "office": fact.to_office,
            "role": fact.role,
            "on": fact.on,
            "text": fact.text,
        }
        for fact in facts
        if isinstance(fact, UnitReported)
    ]
    return {"number": row.number, "units": views, "reports": reports}


@api(
    "POST",
    "/cases/<number>/unit-reports",
    roles=CLERKS,
    body=schemas.UnitReportBody,
    answer=schemas.UnitsView,
    status=201,
)
def report_as_unit(call: Call) -> dict[str, Any]:
    """
    A unit that helps says what it did in the case (XQ-32).
    """
    row, body = _case_of_party(call, lock=True), call.body
    ours = current_policy().directory.subtree(call.who.office, call.today)
    unit = units.part_of(units_of_case(call.session, row), ours)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], unit.since, "/on"),
        ]
    )
    event = events.UnitReported.of(
        row, body["on"], to_office=unit.office, role=unit.role
    )
    record_happened(call.session, event, text=body["text"])
    return _shown(call, row)


@api(
    "POST",
    "/cases/<number>/coordination-requests",
    roles=CLERKS,
    body=schemas.CoordinationBody,
    answer=schemas.CoordinationView,
    status=201,
)
def request_coordination(call: Call) -> units.Coordination:
    """
    The lead unit asks the conference to decide who leads.
    """
    row, body = _case_of_party(call, lock=True), call.body
    facts = Matters(call.session).facts(row.number)
    lead = units.lead_of(units_after(row, facts))
    hub = current_policy().programmes.get(row.programme).hub
    directory, accused = current_policy().directory, units.accused_in(facts)
    require_office(call.who, lead, directory, call.today)
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], row.opened_on, "/on"),
            *_open_problems(row, facts),
            *not_the_accused(hub, accused, directory, call.today, "/number"),
        ]
    )
    if units.coordination_waits(facts):
        raise Conflict.because(
            "coordination_waiting",
            "本案已有一项协调会商申请等待决定。",
            "请等待联席会议的决定。",
        )
    request = units.Coordination(
        id=str(uuid7()),
        number=row.number,
        programme=row.programme,
        office=lead,
        to=hub,
        asked_on=body["on"],
        disagreement=body["disagreement"],
    )
    Coordinations(call.session).insert(request)
    record(
        call.session,
        events.CoordinationRequested.of(
            row, body["on"], request=request.id, to=request.to
        ),
    )
    return request


@api(
    "GET",
    "/coordination-requests",
    query=ListQuery,
    answer=schemas.CoordinationView,
    many=True,
)
def list_coordination_requests(call: Call) -> Page[units.Coordination]:
    """
    List the requests that an office and those below it made or are to decide.
    """
    request = PageRequest.of(call.query)
    return Coordinations(call.session).of_offices(call.offices(), request)


@api(
    "POST",
    "/coordination-requests/<number>/decisions",
    roles=REVIEWERS,
    body=schemas.CoordinationDecisionBody,
    answer=schemas.CoordinationView,
    status=201,
)
def decide_coordination(call: Call) -> units.Coordination:
    """
    The conference says which unit leads; who led before helps.
    """
    number, body = call.path["number"], call.body
    requests = Coordinations(call.session)
    request = requests.get(number)
    offices = (request.to, request.office) if request else ()
    request = record_in_sight(call, request, "协调会商申请", *offices)
    require_office(call.who, request.to, current_policy().directory, call.today)
    row = Matters(call.session).known(request.number, lock=True)
    request = requests.get(number, lock=True) or request
    after = units.decide(
        request, lead=body["lead"], on=body["on"], opinion=body["opinion"]
    )
    facts = Matters(call.session).facts(row.number)
    before = units_after(row, facts)
    may_be_on = max(request.asked_on, _had_since(row, facts))
    reject_if(
        [
            *day_has_come(body["on"], call.today, "/on"),
            *day_not_before(body["on"], may_be_on, "/on"),
            *units.lead_problems(
                body["lead"],
                current_policy().directory,
                body["on"],
                accused=units.accused_in(facts),
            ),
            *units.moved_since(request, row.office, body["lead"]),
            *_move_problems(call, row, facts, [body["lead"]], "/lead"),
        ]
    )
    requests.update(after)
    record(
        call.session,
        events.CoordinationDecided.of(
            row, body["on"], request=request.id, lead=body["lead"]
        ),
    )
    agreed = units.under_lead(before, body["lead"])
    _agree(call, row, agreed, Reason("coordination", request.id, call.who.account))
    return after
