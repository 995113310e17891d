"""
The plan of a hearing, its members, the notices and the announcement over HTTP.
"""

from __future__ import annotations

from typing import Any

from marshmallow import post_load

from services.hearing.domain.hearing import DeclaredConflict, Notice
from services.hearing.domain.terms import (
    DrawMethod,
    HearingKind,
    NoticeProof,
    NoticeWay,
    Participant,
)
from shared.web.schema.fields import (
    Strict,
    count,
    day,
    flag,
    holder_code,
    many,
    nested,
    number_text,
    one_of,
    post,
    text,
    time_of_day,
)
from shared.web.schema.named import named

MOST = 100  # members, notices or conflicts in one request


class PlanMade(Strict):
    """
    The plan of a hearing (听证方案). *reason*: why it is public or closed, unlike
    others of its subject. *first_chair*: *chair_holder* has the chair for the first
    time in this office. *elsewhere_approved_by*: needed for any other place than a
    hearing room of the office.
    """

    planned_on = day()
    kind = one_of(HearingKind)
    subject = named("hearing_subject", required=False)
    topic = text(longest=80, required=False)
    public = flag()
    reason = text(longest=2000, required=False)
    scheduled_on = day()
    starts = time_of_day()
    ends = time_of_day()
    place = text(longest=200)
    elsewhere_approved_by = post(required=False)
    handler_post = post()
    chair_post = post()
    chair_holder = holder_code()
    first_chair = flag(required=False, load_default=False)


class ConflictDeclared(Strict):
    """A member who may not hear the case (回避), and why."""

    member = number_text()
    reason = text(longest=500)

    @post_load
    def conflict(self, fields: dict[str, Any], **_more: Any) -> DeclaredConflict:
        return DeclaredConflict(**fields)


class DrawMade(Strict):
    """How many members the hearing is to have in all, and how they are drawn."""

    size = count(least=1, most=MOST)
    method = one_of(DrawMethod)
    conflicts = many(nested(ConflictDeclared), most=MOST, required=False)


class MemberAnswered(Strict):
    """What a member who was drawn answered; who declines gives a reason."""

    member = number_text()
    accepted = flag()
    answered_on = day()
    reason = text(longest=500, required=False)


class NoticeGiven(Strict):
    """How one participant was told; *member* is the number of a hearing member."""

    role = one_of(Participant)
    member = number_text(required=False)
    way = one_of(NoticeWay)
    given_on = day()
    proof = one_of(NoticeProof)

    @post_load
    def notice(self, fields: dict[str, Any], **_more: Any) -> Notice:
        return Notice(
            role=Participant(fields["role"]),
            member=fields.get("member"),
            way=NoticeWay(fields["way"]),
            given_on=fields["given_on"],
            proof=NoticeProof(fields["proof"]),
        )


class NoticesGiven(Strict):
    """The notices to those who take part."""

    notices = many(nested(NoticeGiven), least=1, most=MOST)


class AnnouncementMade(Strict):
    """Where a public hearing was announced."""

    announced_on = day()
    medium = text(longest=200)


class AdjournmentMade(Strict):
    """The new day, time and place of a hearing that is put off, and why."""

    adjourned_on = day()
    reason = text(longest=2000)
    scheduled_on = day()
    starts = time_of_day()
    ends = time_of_day()
    place = text(longest=200)
    elsewhere_approved_by = post(required=False)


class CallingOff(Strict):
    """Why a hearing that was planned does not take place."""

    called_off_on = day()
    reason = text(longest=2000)
    approver_post = post()
