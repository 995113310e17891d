"""
The announcement of a hearing to those who take part (听证工作规定 10, TL-22).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from services.hearing.domain.hearing import (
    Act,
    Hearing,
    Member,
    Problems,
    Terms,
    moved,
)
from services.hearing.events import HearingScheduled
from shared.case import Case, about, require_unmerged
from shared.errors import Conflict, Problem, reject_if
from shared.rules import check_rules, day_has_come, day_not_before, post_exists


def notice_has_come(hearing: Hearing, terms: Terms) -> Problems:
    yield from day_has_come(
        hearing.notified_on, terms.today, "/notified_on", "通知日期"
    )


def notice_follows_the_decision(hearing: Hearing, _terms: Terms) -> Problems:
    """
    A hearing is announced after it is decided (听证工作规定 10).
    """
    yield from day_not_before(
        hearing.notified_on,
        hearing.decided_on,
        "/notified_on",
        "听证决定的日期",
        "通知日期",
    )


def notice_is_long_enough(hearing: Hearing, terms: Terms) -> Problems:
    """
    The notice is given at least three days before the hearing (TL-22, 听证工作规定 10).
    """
    notified, scheduled = hearing.notified_on, hearing.scheduled_on
    if notified is None or scheduled is None or notified > terms.today:
        return
    earliest = terms.notice_over(notified)
    if scheduled < earliest:
        yield Problem(
            "notice_too_short",
            f"{notified} 通知的听证最早可在 {earliest} 举行，不能在 {scheduled}。",
            f"请把听证日期改为 {earliest} 或以后。",
            "/scheduled_on",
        )


def members_are_within_bounds(hearing: Hearing, terms: Terms) -> Problems:
    """
    Neither too few nor too many members (TL-22 note).
    """
    if not terms.members_min <= len(hearing.members) <= terms.members_max:
        bounds = f"{terms.members_min} 至 {terms.members_max}"
        yield Problem(
            "members_out_of_bounds",
            f"听证员有 {len(hearing.members)} 人，应为 {bounds} 人。",
            "请增减听证员。",
            "/members",
        )


def chair_holds_a_post(hearing: Hearing, terms: Terms) -> Problems:
    """
    The handling prosecutor or a leader of the office chairs (听证工作规定 13).
    """
    yield from post_exists(hearing.chair_post, terms.posts, "/chair_post", "案件所在院")


SCHEDULING = (
    notice_has_come,
    notice_follows_the_decision,
    notice_is_long_enough,
    members_are_within_bounds,
    chair_holds_a_post,
)


def schedule(
    case: Case,
    decided: Hearing | None,
    terms: Terms,
    *,
    notified_on: date,
    scheduled_on: date,
    place: str,
    public: bool,
    chair_post: str,
    members: Collection[Member],
) -> tuple[Hearing, HearingScheduled]:
    """
    Announce the hearing that was *decided* on.

    Raises `Conflict` if none was, or it is announced already; `Rejected`.
    """
    require_unmerged(case, notified_on)
    if decided is None:
        raise Conflict.because(
            "hearing_not_decided",
            "本案还没有听证决定，不能通知听证。",
            "请先登记听证决定。",
        )
    hearing = replace(
        decided,
        state=moved(decided, Act.SCHEDULE),
        notified_on=notified_on,
        scheduled_on=scheduled_on,
        place=place,
        public=public,
        chair_post=chair_post,
        members=tuple(members),
    )
    reject_if(check_rules(SCHEDULING, hearing, terms))
    return hearing, HearingScheduled(
        **about(case, notified_on),
        hearing=hearing.id,
        scheduled_on=scheduled_on,
    )
