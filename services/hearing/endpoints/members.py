"""
The register of hearing members.
"""

from __future__ import annotations

from uuid_utils import uuid7

from services.hearing.domain import members
from services.hearing.domain.members import Member
from services.hearing.domain.terms import Eligibility
from services.hearing.endpoints.lookup import REGISTER
from services.hearing.schemas.members import (
    MemberList,
    MemberRegistered,
    MemberView,
    StatusChanged,
)
from services.hearing.store import Members
from shared.errors import Conflict
from shared.web.call import CLERKS, Call
from shared.web.endpoint import api
from shared.web.lookup import in_sight, or_not_found
from shared.web.paging import Page


@api(
    "POST",
    "/members",
    roles=CLERKS,
    body=MemberRegistered,
    answer=MemberView,
    status=201,
)
def register_member(call: Call) -> Member:
    """
    Take a hearing member into the register of the caller's own office.
    """
    register, body = Members(call.session), call.body
    eligibility = {Eligibility(term) for term in body.pop("eligibility")}
    member = members.register(
        Member(
            id=str(uuid7()),
            office=call.who.office,
            eligibility=tuple(sorted(eligibility)),
            status_on=body["confirmed_on"],
            **body,
        ),
        call.today,
    )
    register.lock_register(member.office)
    if register.count(member.office) >= REGISTER:
        raise Conflict.because(
            "register_full", f"名册最多 {REGISTER} 名听证员。", "请与管理员联系。"
        )
    if not register.insert_new(member):
        raise Conflict.because(
            "member_number_taken",
            f"名册中已有编号为“{member.number}”的听证员。",
            "请换一个编号；重新聘任的也用新编号。",
            "/number",
        )
    return member


@api(
    "POST",
    "/members/<identity>/changes",
    roles=CLERKS,
    body=StatusChanged,
    answer=MemberView,
    status=201,
)
def change_member(call: Call) -> Member:
    """
    Suspend a hearing member, take them back, or end their membership. A draw in the
    register at the same moment comes before or after, never between.
    """
    identity, register = call.path["identity"], Members(call.session)
    member = in_sight(call, register.get(identity), "听证员", identity)
    register.lock_register(member.office)
    before = or_not_found(register.get(identity), "听证员", identity)
    after = members.change_status(before, today=call.today, **call.body)
    call.changed(before, after)
    register.update(after)
    return after


@api("GET", "/members", query=MemberList, answer=MemberView, many=True)
def list_members(call: Call) -> Page[Member]:
    """
    The hearing members of an office and all below it.
    """
    status = call.query.get("status")
    return Members(call.session).of_offices(call.offices(), call.page, status=status)
