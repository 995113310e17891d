"""
The sitting, the members' opinion, and the results.
"""

from __future__ import annotations

from services.hearing.domain import opinions, results, sittings
from services.hearing.domain.hearing import Hearing
from services.hearing.domain.terms import SittingStep
from services.hearing.endpoints.lookup import hearing_of, register_of, store_change
from services.hearing.schemas.decisions import HearingView
from services.hearing.schemas.sittings import (
    OpinionAnswer,
    OpinionGiven,
    Result,
    SittingHeld,
    WatchOver,
)
from services.hearing.store import OUTBOX, Repeats
from shared.web.call import CLERKS, LEADERS, Call
from shared.web.endpoint import api


@api(
    "POST",
    "/hearings/<identity>/sittings",
    roles=CLERKS,
    body=SittingHeld,
    answer=HearingView,
    status=201,
)
def record_sitting(call: Call) -> Hearing:
    """
    Record that the hearing took place.
    """
    case, scheduled, terms = hearing_of(call)
    steps = [SittingStep(step) for step in call.body.pop("steps")]
    hearing, event = sittings.sit(
        case, scheduled, terms, register_of(call, scheduled), steps=steps, **call.body
    )
    OUTBOX.announce(call.session, event)
    return store_change(call, scheduled, hearing)


@api(
    "POST",
    "/hearings/<identity>/opinions",
    roles=CLERKS,
    body=OpinionGiven,
    answer=HearingView,
    status=201,
)
def record_opinion(call: Call) -> Hearing:
    """
    Record the opinion of the members.
    """
    _, hearing, terms = hearing_of(call)
    return store_change(
        call, hearing, opinions.give_opinion(hearing, terms, **call.body)
    )


@api(
    "POST",
    "/hearings/<identity>/opinion-answers",
    roles=LEADERS,
    body=OpinionAnswer,
    answer=HearingView,
    status=201,
)
def answer_opinion(call: Call) -> Hearing:
    """
    Record whether the opinion was adopted and that the members were told.
    """
    case, advised, terms = hearing_of(call)
    hearing, event = opinions.answer_opinion(case, advised, terms, **call.body)
    OUTBOX.announce(call.session, event)
    return store_change(call, advised, hearing)


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
    Record whether the matter was settled by the hearing.
    """
    case, advised, terms = hearing_of(call)
    hearing, event = results.give_result(case, advised, terms, **call.body)
    OUTBOX.announce(call.session, event)
    return store_change(call, advised, hearing)


@api(
    "POST",
    "/hearings/<identity>/watch-results",
    roles=CLERKS,
    body=WatchOver,
    answer=HearingView,
    status=201,
)
def record_watch_result(call: Call) -> Hearing:
    """
    Record whether the matter was still settled after the programme's days of watch.
    """
    case, resulted, terms = hearing_of(call)
    repeated_on = Repeats(call.session).first(
        case.number,
        resulted.result_on or call.today,
        call.body["watch_over_on"],
    )
    hearing, event = results.end_watch(
        case, resulted, terms, repeated_on=repeated_on, **call.body
    )
    OUTBOX.announce(call.session, event)
    return store_change(call, resulted, hearing)
