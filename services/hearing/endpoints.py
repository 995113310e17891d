"""
How hearing is reached over HTTP: decisions, announcements, sittings and results.
"""

from __future__ import annotations

from uuid_utils import uuid7

from services.hearing.domain import announcements, decisions, results, sittings
from services.hearing.domain.hearing import Hearing, Terms, current_decision
from services.hearing.schemas import (
    DecisionMade,
    HearingList,
    HearingView,
    Notice,
    Result,
    Sitting,
)
from services.hearing.store import OUTBOX, Cases, Hearings
from shared.case import Case
from shared.policy.current import current_policy
from shared.web.endpoint import CLERKS, LEADERS, Call, api, in_sight, or_not_found
from shared.web.paging import Page


@api(
    "POST",
    "/cases/<number>/hearing-decisions",
    roles=LEADERS,
    body=DecisionMade,
    answer=HearingView,
    status=201,
)
def decide_on_hearing(call: Call) -> Hearing:
    """
    Decide whether a case gets a hearing, with the reason.
    """
    case, hearings = _case_of(call), Hearings(call.session)
    hearing, replaced, event = decisions.decide(
        case,
        current_decision(hearings.of_case(case.number)),
        _terms(call, case),
        identity=str(uuid7()),
        **call.body,
    )
    if replaced:
        hearings.update(replaced)
    hearings.insert(hearing)
    OUTBOX.announce(call.session, event)
    return hearing


@api(
    "POST",
    "/cases/<number>/hearings",
    roles=CLERKS,
    body=Notice,
    answer=HearingView,
    status=201,
)
def schedule_hearing(call: Call) -> Hearing:
    """
    Record that the hearing was announced to those who take part.
    """
    case, hearings = _case_of(call), Hearings(call.session)
    hearing, event = announcements.schedule(
        case,
        current_decision(hearings.of_case(case.number)),
        _terms(call, case),
        **call.body,
    )
    hearings.update(hearing)
    OUTBOX.announce(call.session, event)
    return hearing


@api(
    "POST",
    "/hearings/<identity>/sittings",
    roles=CLERKS,
    body=Sitting,
    answer=HearingView,
    status=201,
)
def record_sitting(call: Call) -> Hearing:
    """
    Record that the hearing took place.
    """
    case, scheduled = _hearing_of(call)
    hearing, event = sittings.sit(case, scheduled, _terms(call, case), **call.body)
    call.changed(scheduled, hearing)
    Hearings(call.session).update(hearing)
    OUTBOX.announce(call.session, event)
    return hearing


@api(
    "POST",
    "/hearings/<identity>/results",
    roles=CLERKS,
    body=Result,
    answer=HearingView,
    status=201,
)
def record_result(call: Call) -> Hearing:
    """
    Record the result of the hearing.
    """
    case, held = _hearing_of(call)
    hearing, event = results.give_result(case, held, _terms(call, case), **call.body)
    call.changed(held, hearing)
    Hearings(call.session).update(hearing)
    OUTBOX.announce(call.session, event)
    return hearing


@api("GET", "/hearings", query=HearingList, answer=HearingView, many=True)
def list_hearings(call: Call) -> Page[Hearing]:
    """
    Decisions and hearings of an office and all below it.
    """
    state = call.query.get("state")
    return Hearings(call.session).of_offices(call.offices(), call.page, state=state)


@api("GET", "/hearings/<identity>", answer=HearingView)
def show_hearing(call: Call) -> Hearing:
    """
    One decision and the hearing that followed.
    """
    identity = call.path["identity"]
    return in_sight(call, Hearings(call.session).get(identity), "听证", identity)


def _case_of(call: Call) -> Case:
    """
    The case whose number is in the path, locked.
    """
    number = call.path["number"]
    return in_sight(call, Cases(call.session).lock(number), "案件", number)


def _hearing_of(call: Call) -> tuple[Case, Hearing]:
    """
    The hearing whose id is in the path, and its case, locked.
    """
    identity = call.path["identity"]
    locked = Cases(call.session).lock_of(Hearings.table, identity)
    case = in_sight(call, locked, "听证", identity)
    return case, or_not_found(Hearings(call.session).get(identity), "听证", identity)


def _terms(call: Call, case: Case) -> Terms:
    """
    The programme's terms; the office that decides approves through its own leaders.
    """
    policy = current_policy()
    rules = policy.programmes.get(case.programme).hearing
    deciding = policy.directory.office(call.who.office).posts
    return Terms(
        today=call.today,
        approvers=[title for title, post in deciding.items() if post.leader],
        posts=list(policy.directory.office(case.office).posts),
        members_min=rules.members_min,
        members_max=rules.members_max,
        notice_over=lambda day: policy.calendar.due(day, rules.notice).day,
    )
