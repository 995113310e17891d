"""
Referrals to social aid and their answers, and the follow-up of how aid was used.
"""

from __future__ import annotations

from uuid_utils import uuid7

from services.aid.domain import social
from services.aid.domain.social import FollowUp, Referral
from services.aid.endpoints.lookup import application_of, case_of, posts_of
from services.aid.schemas import social as schemas
from services.aid.store import OUTBOX, Applications, Cases, FollowUps, Referrals
from services.aid.store.tables import referrals
from shared.errors import reject_if
from shared.rules import post_exists
from shared.vocabulary import ReplyMode
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.lookup import in_sight, or_not_found
from shared.web.paging import Page
from shared.web.schema.queries import ListQuery


@api(
    "POST",
    "/cases/<number>/social-aid-referrals",
    roles=CLERKS,
    body=schemas.Referred,
    answer=schemas.ReferralView,
    status=201,
)
def refer_to_social_aid(call: Call) -> Referral:
    """
    Refer a person in need to an organ of social aid.
    """
    case = case_of(call)
    referral, event = social.refer(case, str(uuid7()), today=call.today, **call.body)
    Referrals(call.session).insert(referral)
    OUTBOX.announce(call.session, event)
    return referral


@api(
    "POST",
    "/social-aid-referrals/<identity>/answers",
    roles=CLERKS,
    body=schemas.Answered,
    answer=schemas.ReferralView,
    status=201,
)
def record_answer_of_social_aid(call: Call) -> Referral:
    """
    Record what the organ of social aid answered.
    """
    identity = call.path["identity"]
    locked = Cases(call.session).lock_of(referrals, identity)
    case = in_sight(call, locked, "社会救助移送", identity)
    stored = Referrals(call.session).get(identity)
    referral = or_not_found(stored, "社会救助移送", identity)
    answered, event = social.answer(case, referral, today=call.today, **call.body)
    call.changed(referral, answered)
    Referrals(call.session).update(answered)
    OUTBOX.announce(call.session, event)
    return answered


@api(
    "GET",
    "/social-aid-referrals",
    query=ListQuery,
    answer=schemas.ReferralView,
    many=True,
)
def list_referrals(call: Call) -> Page[Referral]:
    """
    Referrals of an office and all below it.
    """
    return Referrals(call.session).of_offices(call.offices(), call.page)


@api(
    "POST",
    "/aid-applications/<identity>/follow-ups",
    roles=CLERKS,
    body=schemas.FollowedUp,
    answer=schemas.FollowUpView,
    status=201,
)
def follow_up_aid(call: Call) -> FollowUp:
    """
    Record how the aid was used.
    """
    _, paid = application_of(call)
    reject_if(post_exists(call.body["post"], posts_of(call.who.office), "/post"))
    visit = FollowUp(
        id=str(uuid7()),
        application=paid.id,
        office=paid.office,
        mode=ReplyMode(call.body.pop("mode")),
        **call.body,
    )
    visit = social.follow_up(paid, visit, today=call.today)
    FollowUps(call.session).insert(visit)
    return visit


@api(
    "GET",
    "/aid-applications/<identity>/follow-ups",
    answer=schemas.FollowUpView,
    many=True,
)
def list_follow_ups(call: Call) -> Page[FollowUp]:
    """
    When and how the office asked about the use of the aid; what it was told is read
    with the application, for a purpose.
    """
    identity = call.path["identity"]
    stored = Applications(call.session).get(identity)
    application = in_sight(call, stored, "救助申请", identity)
    return Page([*FollowUps(call.session).of_application(application.id)], None)
