"""
The notices to those who take part, and the announcement to the public
(听证工作规定 10, TL-22).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from services.hearing.domain.hearing import (
    Act,
    Hearing,
    Notice,
    Problems,
    State,
    Terms,
    size_problems,
    state_after,
)
from services.hearing.domain.members import Member, members_serve
from services.hearing.domain.planning import notice_is_long_enough
from services.hearing.domain.terms import Participant
from services.hearing.events import HearingScheduled
from shared.cases.case import Case, about, require_unmerged
from shared.errors import Problem, reject_if
from shared.rules import day_has_come, day_not_before

EVERY_HEARING = (Participant.PETITIONER, Participant.HANDLER)
"""
The participants without whom no hearing is held: the two sides.
"""


def notify(
    case: Case,
    planned: Hearing,
    terms: Terms,
    register: Collection[Member],
    notices: Sequence[Notice],
) -> tuple[Hearing, HearingScheduled]:
    """
    Record that those who take part were told, each in time and with a proof. The first
    notices of a day name the two sides and every member, who all serve on it as the
    *register* says; later ones name whoever was added.

    Raises `Conflict`, `Rejected`.
    """
    state = state_after(planned, Act.NOTIFY)
    last = max(notice.given_on for notice in notices)
    require_unmerged(case, last)
    # Notices count for the day they were given for: after an adjournment none is in
    # force.
    count = len(planned.adjournments)
    scheduled_on = planned.scheduled_on or last
    members = [seat.number for seat in planned.accepted]
    hearing = replace(
        planned,
        state=state,
        notices=(
            *planned.notices,
            *(replace(notice, adjournments=count) for notice in notices),
        ),
    )
    reject_if(
        [
            *_each_can_be(planned, terms, notices),
            *size_problems(len(members), terms, "/notices"),
            *members_serve(register, members, scheduled_on, "/notices"),
            *(_nobody_is_left_out(hearing) if planned.state is State.PLANNED else ()),
        ]
    )
    return hearing, HearingScheduled(
        **about(case, last), hearing=hearing.id, scheduled_on=scheduled_on
    )


def announce(
    hearing: Hearing, terms: Terms, *, announced_on: date, medium: str
) -> Hearing:
    """
    Record that a public hearing was announced: matter, time and place.

    Raises `Conflict`, `Rejected`.
    """
    state = state_after(hearing, Act.ANNOUNCE)
    reject_if(
        [
            *_it_is_public(hearing),
            *day_has_come(announced_on, terms.today, "/announced_on", "公告日期"),
            *day_not_before(
                announced_on,
                hearing.planned_on,
                "/announced_on",
                "方案的日期",
                "公告日期",
            ),
            *day_not_before(
                hearing.scheduled_on,
                announced_on,
                "/announced_on",
                "公告日期",
                "听证日期",
            ),
        ]
    )
    return replace(hearing, state=state, announced_on=announced_on, announced_in=medium)


def not_told(hearing: Hearing, members: Iterable[str]) -> Iterator[str]:
    """
    Return who of the two sides and of these *members* has no notice of the day for
    which the hearing is scheduled now.
    """
    notified = {(notice.role, notice.member) for notice in hearing.notices_in_force}
    roles = {role for role, _ in notified}
    yield from (role.chinese for role in EVERY_HEARING if role not in roles)
    for number in members:
        if (Participant.MEMBER, number) not in notified:
            yield f"听证员 {number}"


def _nobody_is_left_out(hearing: Hearing) -> Problems:
    left_out = [*not_told(hearing, (seat.number for seat in hearing.accepted))]
    if left_out:
        yield Problem(
            "participants_not_told",
            f"没有通知：{'、'.join(left_out)}。",
            "请把各参加人的通知一并登记。",
            "/notices",
        )


def _each_can_be(hearing: Hearing, terms: Terms, notices: Iterable[Notice]) -> Problems:
    members = {seat.number for seat in hearing.accepted}
    for place, notice in enumerate(notices):
        location = f"/notices/{place}/given_on"
        yield from day_has_come(notice.given_on, terms.today, location, "通知日期")
        yield from day_not_before(
            notice.given_on,
            hearing.day_fixed_on,
            location,
            "方案（延期）的日期",
            "通知日期",
        )
        if notice.given_on <= terms.today and hearing.scheduled_on:
            yield from notice_is_long_enough(
                notice.given_on, hearing.scheduled_on, terms, location
            )
        is_member = notice.role is Participant.MEMBER
        if is_member != (notice.member is not None) or (
            is_member and notice.member not in members
        ):
            listed = "、".join(sorted(members))
            yield Problem(
                "no_such_member",
                "通知听证员的，应填已接受邀请的听证员的编号；通知他人的不填。",
                f"可填：{listed}。" if listed else "请先登记听证员的答复。",
                f"/notices/{place}/member",
            )


def _it_is_public(hearing: Hearing) -> Problems:
    if not hearing.public:
        yield Problem(
            "not_public",
            "不公开的听证不公告。",
            "请核对听证的编号。",
            "/announced_on",
        )
