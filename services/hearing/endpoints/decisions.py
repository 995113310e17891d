"""
Requests for a hearing, and the decisions on hearings.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from uuid_utils import uuid7

from services.hearing.domain import decisions, requests
from services.hearing.domain.counts import CountedBy, rows_of
from services.hearing.domain.hearing import Hearing, current_decision
from services.hearing.domain.requests import HearingRequest
from services.hearing.endpoints.lookup import case_of, terms_of
from services.hearing.schemas import decisions as schemas
from services.hearing.store import OUTBOX, Hearings, Requests
from shared.cases.case import Case
from shared.errors import Problem, Rejected, reject_if
from shared.policy.current import current_policy
from shared.rules import programme_exists
from shared.vocabulary import HearingDecision
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api
from shared.web.lookup import in_sight
from shared.web.paging import Page


@api(
    "POST",
    "/cases/<number>/hearing-requests",
    roles=CLERKS,
    body=schemas.RequestMade,
    answer=schemas.RequestView,
    status=201,
)
def request_hearing(call: Call) -> HearingRequest:
    """
    Record that a party asks for a hearing; the decision on the hearing answers it.
    """
    case, policy = case_of(call), current_policy()
    limit = policy.programmes.get(case.programme).hearing.request_answer
    request = requests.ask(
        case,
        identity=str(uuid7()),
        today=call.today,
        due=lambda day: policy.calendar.due(day, limit).day if limit else None,
        **call.body,
    )
    Requests(call.session).insert(request)
    return request


@api(
    "POST",
    "/cases/<number>/hearing-decisions",
    roles=LEADERS,
    body=schemas.DecisionMade,
    answer=schemas.HearingView,
    status=201,
)
def decide_on_hearing(call: Call) -> Hearing:
    """
    Decide whether a case gets a hearing, with the reason; it may answer a request.
    """
    case, hearings = case_of(call), Hearings(call.session)
    told_on = call.body.pop("told_on", None)
    _answer_request(call, case, told_on)
    hearing, replaced, event = decisions.decide(
        case,
        current_decision(hearings.of_case(case.number)),
        terms_of(call, case),
        identity=str(uuid7()),
        **call.body,
    )
    if replaced:
        hearings.update(replaced)
    hearings.insert(hearing)
    OUTBOX.announce(call.session, event)
    return hearing


@api(
    "GET",
    "/hearing-requests",
    query=schemas.RequestList,
    answer=schemas.RequestView,
    many=True,
)
def list_hearing_requests(call: Call) -> Page[HearingRequest]:
    """
    Requests for a hearing at an office and all below it.
    """
    state = call.query.get("state")
    return Requests(call.session).of_offices(call.offices(), call.page, state=state)


@api(
    "GET", "/hearings", query=schemas.HearingList, answer=schemas.HearingView, many=True
)
def list_hearings(call: Call) -> Page[Hearing]:
    """
    Decisions and hearings of an office and all below it.
    """
    state = call.query.get("state")
    return Hearings(call.session).of_offices(call.offices(), call.page, state=state)


@api("GET", "/hearing-topics", query=schemas.TopicsQuery, answer=schemas.TopicsView)
def count_hearings_by_topic(call: Call) -> dict[str, Any]:
    """
    How many hearings were held in a period, by the topics of the programme (MX-20).
    """
    query, programmes = call.query, current_policy().programmes
    code, offices = query["programme"], call.offices()
    reject_if(programme_exists(code, programmes.codes, "/programme"))
    counts = Hearings(call.session).held_by_topic(
        offices, code, query["since"], query["until"]
    )
    words = programmes.get(code).words["topic"]
    titles = {**{word.id: word.title for word in words}, "": "未填主题"}
    return {
        "rows": [
            {"topic": topic, "title": title, "count": counts.get(topic, 0)}
            for topic, title in titles.items()
        ]
    }


@api("GET", "/hearing-counts", query=schemas.CountsQuery, answer=schemas.CountsView)
def count_hearings(call: Call) -> dict[str, Any]:
    """
    How many hearings were held in a period, how many of them a leader chaired, and how
    many settled the matter, at once and for good, by post, by person in the chair or by
    level (DY-19, DY-20, DY-22): of cases in the programme's scope as it is now,
    whatever it was when the hearing was held.
    """
    query, policy = call.query, current_policy()
    code, days = query["programme"], (query["since"], query["until"])
    reject_if(programme_exists(code, policy.programmes.codes, "/programme"))
    counts = Hearings(call.session).held_by_chair(
        call.offices(), code, *days, public=query.get("public")
    )
    return {
        "rows": [
            {
                "value": value,
                "title": title,
                **vars(count),
                "settled_share": count.settled_share,
                "kept_share": count.kept_share,
            }
            for value, title, count in rows_of(
                CountedBy(query["by"]), counts, policy.directory
            )
        ]
    }


@api("GET", "/hearings/<identity>", answer=schemas.HearingView)
def show_hearing(call: Call) -> Hearing:
    """
    One decision and the hearing that followed.
    """
    identity = call.path["identity"]
    return in_sight(call, Hearings(call.session).get(identity), "听证", identity)


def _answer_request(call: Call, case: Case, told_on: date | None) -> None:
    """
    Answer the request that the decision names.
    """
    body: dict[str, Any] = call.body
    identity, register = body.get("request"), Requests(call.session)
    reject_if(_both_or_none(identity, told_on))
    if identity is None or told_on is None:
        return
    request = register.get(identity, lock=True)
    if request is None or request.case_number != case.number:
        raise Rejected(_no_such_request(identity))
    answered = requests.answer(
        request,
        decision=HearingDecision(body["decision"]),
        decided_on=body["decided_on"],
        reason=body["reason"],
        told_on=told_on,
        today=call.today,
    )
    register.update(answered)


def _both_or_none(identity: str | None, told_on: date | None) -> list[Problem]:
    if (identity is None) == (told_on is None):
        return []
    place = "/told_on" if identity else "/request"
    detail = "答复听证申请，须同时写明申请的编号和告知申请人的日期。"
    return [Problem("request_and_told_on", detail, "请补上，或都不填。", place)]


def _no_such_request(identity: str) -> Problem:
    detail = f"本案没有编号为“{identity}”的听证申请。"
    return Problem("no_such_request", detail, "请核对申请的编号。", "/request")
