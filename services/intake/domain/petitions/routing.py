"""
Where a petition goes from the counter: what its programme suggests, what a person
decides (MX-09, DY-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.intake.domain.petitions.petitions import (
    Petition,
    known_at_counter,
    not_withdrawn,
)
from shared.errors import Problem, reject_if
from shared.policy.calendar import Calendar
from shared.policy.directory import Directory
from shared.policy.parts.leaders import offices_of
from shared.policy.parts.routes import Route
from shared.policy.programme import Programme
from shared.rules import (
    day_has_come,
    day_not_before,
    not_the_accused,
    office_exists,
    receiver_outside,
)

_APPEAL = "non_prosecution_appeal"


@dataclass(frozen=True)
class SuggestedRoute:
    """
    Where a rule of the programme sends a petition: to a *department* of an *office*, or
    to an *organ* outside; *reason* says why, *source* by which document.
    """

    rule: str
    reason: str
    source: str
    office: str | None
    department: str | None
    organ: str | None


@dataclass(frozen=True, kw_only=True)
class RouteDecision:
    """
    Where a person sent a *petition*. *rule* is the one that suggested a route then, and
    *as_suggested* says whether it was followed; *reason* why it was not.
    """

    id: str
    petition: str
    decided_on: date
    rule: str | None
    as_suggested: bool
    office: str | None
    department: str | None
    organ: str | None
    reason: str | None


def suggest(
    petition: Petition, programme: Programme, directory: Directory, calendar: Calendar
) -> SuggestedRoute | None:
    """
    The first route of the programme that includes a petition and leads to a department
    that exists.
    """
    facts = known_at_counter(petition, programme, directory) | {
        "origin": petition.origin,
        "topic": petition.topic,
        "appellant": petition.appellant,
        _APPEAL: _in_time(petition, programme, calendar),
    }
    routes = (route for route in programme.routes if route.includes(facts))
    led = (_leads_to(route, petition, programme, directory) for route in routes)
    return next((route for route in led if route), None)


def _leads_to(
    route: Route, petition: Petition, programme: Programme, directory: Directory
) -> SuggestedRoute | None:
    given = route.id, route.reason, route.source
    if route.organ:
        return SuggestedRoute(*given, None, None, route.organ)
    office = _office_of(route, petition, programme, directory)
    if office is None or route.department not in directory.office(office).departments:
        return None
    return SuggestedRoute(*given, office, route.department, None)


def _in_time(
    petition: Petition, programme: Programme, calendar: Calendar
) -> bool | None:
    """
    Whether an appeal against a decision not to prosecute was made within its limit
    after that was served, by the day of posting where it is known (TL-29, 刑事诉讼法
    第一百零五条); None for what is no such appeal.
    """
    served_on = petition.non_prosecution_served_on
    if served_on is None or _APPEAL not in programme.limit_names():
        return None
    limit = programme.limit(_APPEAL, served_on).limit
    due = calendar.due(served_on, limit).day
    return (petition.appealed_on or petition.received_on) <= due


def _office_of(
    route: Route, petition: Petition, programme: Programme, directory: Directory
) -> str | None:
    """
    The office that a route means: around the one that registered a petition, or around
    the one whose decision is appealed against.
    """
    on, deciding = petition.received_on, petition.non_prosecution_office
    if route.office == "deciding":
        return deciding
    if route.office == "above_deciding":
        return deciding and directory.parent(deciding, on)
    return offices_of(petition.office, programme.hub, directory, on)[route.office]


def decide_route(
    petition: Petition,
    wanted: RouteDecision,
    suggested: SuggestedRoute | None,
    *,
    directory: Directory,
    today: date,
) -> RouteDecision:
    """
    Send a petition where a person *wanted* it to go; who names nothing follows what is
    suggested.

    Raises `Rejected` with every reason.
    """
    decision = _decided(petition, wanted, suggested)
    day = decision.decided_on
    reject_if(
        [
            *not_withdrawn(petition),
            *day_has_come(day, today, "/decided_on"),
            *day_not_before(day, petition.received_on, "/decided_on", "收到日期"),
            *_one_receiver(wanted),
            *_organ_outside(wanted, petition, directory),
            *_leads_somewhere(decision),
            *_department_exists(decision, petition, directory),
            *_otherwise_with_reason(decision),
        ]
    )
    return decision


def _decided(
    petition: Petition, wanted: RouteDecision, suggested: SuggestedRoute | None
) -> RouteDecision:
    """
    The decision in whole, with the office that it means and what it was compared with.
    """
    if wanted.organ or wanted.department or wanted.office:
        office = None if wanted.organ else wanted.office or petition.office
        decision = replace(wanted, office=office)
    elif suggested:
        decision = replace(
            wanted,
            office=suggested.office,
            department=suggested.department,
            organ=suggested.organ,
        )
    else:
        return wanted
    if suggested is None:
        return decision
    follows = _destination(decision) == _destination(suggested)
    return replace(decision, rule=suggested.rule, as_suggested=follows)


def _destination(of: RouteDecision | SuggestedRoute) -> tuple[str | None, ...]:
    return of.office, of.department, of.organ


def _one_receiver(wanted: RouteDecision) -> Iterator[Problem]:
    if wanted.organ and (wanted.office or wanted.department):
        yield Problem(
            "one_receiver",
            "去向须是本系统的单位、部门，或者系统外的机关（organ），二者择一。",
            "请只填一项。",
            "/organ",
        )


def _organ_outside(
    wanted: RouteDecision, petition: Petition, directory: Directory
) -> Iterator[Problem]:
    """
    An organ that a person names is neither the accused office nor another one of the
    directory, by whatever name.
    """
    accused, on = petition.accused_office, wanted.decided_on
    yield from receiver_outside(
        wanted.organ, accused, directory, on, "/organ", field="office"
    )


def _leads_somewhere(decision: RouteDecision) -> Iterator[Problem]:
    if not (decision.department or decision.organ):
        yield Problem(
            "route_missing",
            "没有写明去向，方案对这件信访也没有建议。",
            "请填写部门（department）或系统外的机关（organ）。",
            "/department",
        )


def _department_exists(
    decision: RouteDecision, petition: Petition, directory: Directory
) -> Iterator[Problem]:
    """
    The department belongs to an office that may have the petition (条例第三十条).
    """
    code, on = decision.office, decision.decided_on
    if code is None:
        return
    yield from office_exists(code, directory, on, "/office")
    if not directory.exists(code, on):
        return
    accused = petition.accused_office
    yield from not_the_accused(code, accused, directory, on, "/office")
    office = directory.office(code)
    if decision.department and decision.department not in office.departments:
        yield Problem(
            "no_such_department",
            f"{office.name}没有部门“{decision.department}”。",
            f"可填：{'、'.join(office.departments)}。",
            "/department",
        )


def _otherwise_with_reason(decision: RouteDecision) -> Iterator[Problem]:
    if not decision.as_suggested and not decision.reason:
        yield Problem(
            "reason_missing",
            "去向与方案的建议不同，或者方案没有建议，须写明理由。",
            "请填写理由（reason）。",
            "/reason",
        )
