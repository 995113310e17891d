"""
The plan of a hearing, its members, the notices; what is put off or called off.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from services.hearing.domain import adjourning, notices, panels, planning
from services.hearing.domain.hearing import Hearing, current_decision
from services.hearing.domain.members import Member
from services.hearing.domain.terms import DrawMethod, HearingKind
from services.hearing.endpoints.lookup import (
    case_of,
    hearing_of,
    others_on,
    pool_of,
    register_of,
    store_change,
    terms_of,
)
from services.hearing.schemas.decisions import HearingView
from services.hearing.schemas.planning import (
    AdjournmentMade,
    AnnouncementMade,
    CallingOff,
    DrawMade,
    MemberAnswered,
    NoticesGiven,
    PlanMade,
)
from services.hearing.store import OUTBOX, Hearings, Members
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/cases/<number>/hearings",
    roles=CLERKS,
    body=PlanMade,
    answer=HearingView,
    status=201,
)
def plan_hearing(call: Call) -> Hearing:
    """
    Plan the hearing that was decided on: what is heard, how, when, where, who chairs.
    """
    case, hearings = case_of(call), Hearings(call.session)
    fields = dict(call.body)
    holder = fields.get("chair_holder")
    holders = hearings.chair_holders(case.office) if holder else set()
    if fields.pop("first_chair") and holder:
        holders.add(holder)
    new_plan = planning.Plan(
        kind=HearingKind(fields.pop("kind")),
        public_reason=fields.pop("reason", None),
        **fields,
    )
    hearing = planning.plan(
        case,
        current_decision(hearings.of_case(case.number)),
        terms_of(call, case),
        new_plan,
        others_on(call, case.office, new_plan.scheduled_on),
        holders=holders,
    )
    hearings.update(hearing)
    return hearing


@api(
    "POST",
    "/hearings/<identity>/draws",
    roles=CLERKS,
    body=DrawMade,
    answer=HearingView,
    status=201,
)
def draw_members(call: Call) -> Hearing:
    """
    Draw members from the office's register, as many as are missing.

    The order of a lot is that of SHA-256 of `seed/number`; the seed is recorded.
    """
    _, planned, terms = hearing_of(call)
    method = DrawMethod(call.body.pop("method"))
    hearing, drawn = panels.draw(
        planned,
        terms,
        pool_of(call, planned),
        method=method,
        seed=secrets.token_hex(16),
        **call.body,
    )
    _note_turns(call, drawn)
    return store_change(call, planned, hearing)


@api(
    "POST",
    "/hearings/<identity>/member-answers",
    roles=CLERKS,
    body=MemberAnswered,
    answer=HearingView,
    status=201,
)
def record_member_answer(call: Call) -> Hearing:
    """
    Record whether a member comes; for one who declines another is drawn.
    """
    _, planned, terms = hearing_of(call)
    hearing, drawn = panels.answer(
        planned,
        terms,
        pool_of(call, planned),
        seed=secrets.token_hex(16),
        **{"reason": None, **call.body},
    )
    _note_turns(call, drawn)
    return store_change(call, planned, hearing)


@api(
    "POST",
    "/hearings/<identity>/notices",
    roles=CLERKS,
    body=NoticesGiven,
    answer=HearingView,
    status=201,
)
def notify_participants(call: Call) -> Hearing:
    """
    Record that those who take part were told, each with a proof.
    """
    case, planned, terms = hearing_of(call)
    register = register_of(call, planned)
    hearing, event = notices.notify(
        case, planned, terms, register, call.body["notices"]
    )
    OUTBOX.announce(call.session, event)
    return store_change(call, planned, hearing)


@api(
    "POST",
    "/hearings/<identity>/announcements",
    roles=CLERKS,
    body=AnnouncementMade,
    answer=HearingView,
    status=201,
)
def announce_hearing(call: Call) -> Hearing:
    """
    Record that a public hearing was announced.
    """
    _, planned, terms = hearing_of(call)
    return store_change(call, planned, notices.announce(planned, terms, **call.body))


@api(
    "POST",
    "/hearings/<identity>/adjournments",
    roles=CLERKS,
    body=AdjournmentMade,
    answer=HearingView,
    status=201,
)
def adjourn_hearing(call: Call) -> Hearing:
    """
    Put a hearing off to another day; everybody is to be told anew.
    """
    case, planned, terms = hearing_of(call)
    others = others_on(call, case.office, call.body["scheduled_on"])
    hearing, event = adjourning.adjourn(case, planned, terms, others, **call.body)
    OUTBOX.announce(call.session, event)
    return store_change(call, planned, hearing)


@api(
    "POST",
    "/hearings/<identity>/callings-off",
    roles=LEADERS,
    body=CallingOff,
    answer=HearingView,
    status=201,
)
def call_off_hearing(call: Call) -> Hearing:
    """
    Call off a hearing that was planned.
    """
    case, planned, terms = hearing_of(call)
    hearing, event = adjourning.call_off(case, planned, terms, **call.body)
    OUTBOX.announce(call.session, event)
    return store_change(call, planned, hearing)


def _note_turns(call: Call, drawn: Iterable[Member]) -> None:
    """
    Record in the register who was drawn and when, for drawing by rotation.
    """
    for member in drawn:
        Members(call.session).update(member)
