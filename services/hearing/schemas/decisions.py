"""
Requests for a hearing, the decisions on them, and lists of hearings over HTTP.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.hearing.domain.counts import CountedBy, HearingCount
from services.hearing.domain.hearing import Hearing, State
from services.hearing.domain.requests import HearingRequest, RequestState
from services.hearing.domain.terms import Participant
from shared.records.views import view_of
from shared.vocabulary import HearingDecision
from shared.web.schema.fields import (
    Strict,
    choice_flag,
    day,
    office_code,
    one_of,
    post,
    text,
)
from shared.web.schema.named import named
from shared.web.schema.queries import ListQuery

HearingView = view_of(Hearing)
RequestView = view_of(HearingRequest)


class RequestMade(Strict):
    """That a party asks for a hearing; not in which words."""

    role = one_of(Participant)
    requested_on = day()


class DecisionMade(Strict):
    """
    Whether a hearing is held, and why. *request*: the id of the request that it answers
    and *told_on* the day on which the party was told.
    """

    decision = one_of(HearingDecision)
    decided_on = day()
    reason = text(longest=2000)
    approver_post = post()
    request = text(longest=40, required=False)
    told_on = day(required=False)


class HearingList(ListQuery):
    """The filter and the page of a list of hearings."""

    state = one_of(State, required=False)


class TopicsQuery(Strict):
    """The programme and the days of which hearings are counted by topic."""

    programme = named("programme")
    office = office_code()
    since = day()
    until = day()


class TopicView(Schema):
    """How many hearings were about a topic; without a topic it is empty."""

    topic = fields.String(required=True)
    title = fields.String(required=True)
    count = fields.Integer(required=True)


class TopicsView(Schema):
    """The hearings that were held, by topic."""

    rows = fields.List(fields.Nested(TopicView), required=True)


class CountsQuery(TopicsQuery):
    """
    Likewise, counted by the post or the person in the chair or by the level of the
    office; with *public* only hearings that were public, or only others (DY-22).
    """

    by = one_of(CountedBy)
    public = choice_flag(
        metadata={
            "description": "只计公开（true）或者不公开（false）的听证，不填的都计"
        }
    )


CountView = view_of(
    HearingCount,
    "CountView",
    value=fields.String(required=True),
    title=fields.String(required=True),
    settled_share=fields.String(required=True),
    kept_share=fields.String(required=True),
)


class CountsView(Schema):
    """The hearings that were held, those with most first."""

    rows = fields.List(fields.Nested(CountView), required=True)


class RequestList(ListQuery):
    """The filter and the page of a list of requests."""

    state = one_of(RequestState, required=False)
