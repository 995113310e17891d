"""
The plan of a hearing (听证方案): what is heard, how, when, where, who has the chair.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from services.hearing.domain.hearing import Act, Hearing, Problems, Terms, state_after
from services.hearing.domain.terms import HearingKind
from shared.cases.case import Case, require_unmerged
from shared.errors import Conflict, Problem, reject_if
from shared.rules import check_rules, day_has_come, day_not_before, post_exists


@dataclass(frozen=True, kw_only=True)
class Plan:
    """
    What an office fixes before anybody is invited. *subject* and *topic* are of those
    that the programme lists. *handler_post* is who handles the case, *chair_holder* the
    office's own number for who has the chair (decision 0083); *elsewhere_approved_by*
    is the post that approved a place other than a hearing room.
    """

    planned_on: date
    kind: HearingKind
    public: bool
    scheduled_on: date
    starts: str
    ends: str
    place: str
    handler_post: str
    chair_post: str
    chair_holder: str | None = None
    subject: str | None = None
    topic: str | None = None
    public_reason: str | None = None
    elsewhere_approved_by: str | None = None


def plan_has_come(hearing: Hearing, terms: Terms) -> Problems:
    yield from day_has_come(
        hearing.planned_on, terms.today, "/planned_on", "方案的日期"
    )


def plan_follows_the_decision(hearing: Hearing, _terms: Terms) -> Problems:
    """
    A hearing is planned after it is decided (听证工作规定 10).
    """
    yield from day_not_before(
        hearing.planned_on,
        hearing.decided_on,
        "/planned_on",
        "听证决定的日期",
        "方案的日期",
    )


def notice_can_be_given(hearing: Hearing, terms: Terms) -> Problems:
    """
    There are at least three days left to tell everybody (TL-22, 听证工作规定 10).
    """
    planned, scheduled = hearing.planned_on, hearing.scheduled_on
    # A plan dated in the future is a problem of its own; counting from it would only
    # confuse.
    if planned and scheduled and planned <= terms.today:
        yield from notice_is_long_enough(planned, scheduled, terms, "/scheduled_on")


def notice_is_long_enough(
    given_on: date, scheduled_on: date, terms: Terms, location: str
) -> Problems:
    earliest = terms.notice_over(given_on)
    if scheduled_on < earliest:
        yield Problem(
            "notice_too_short",
            f"{given_on} 通知的听证最早可在 {earliest} 举行，不能在 {scheduled_on}。",
            f"请把听证日期改为 {earliest} 或以后。",
            location,
        )


def it_ends_after_it_starts(hearing: Hearing, _terms: Terms) -> Problems:
    if (hearing.starts or "") >= (hearing.ends or ""):
        yield Problem(
            "ends_before_start",
            f"结束时间 {hearing.ends} 不晚于开始时间 {hearing.starts}。",
            "请核对时间。",
            "/ends",
        )


def elsewhere_is_approved(hearing: Hearing, terms: Terms) -> Problems:
    """
    Where the programme says so, a hearing is held in a hearing room of its office; the
    chief approves any other place, and nobody a room (听证工作规定 12).
    """
    if terms.rooms is None or hearing.place in terms.rooms:
        if hearing.elsewhere_approved_by:
            yield Problem(
                "approval_not_needed",
                f"在“{hearing.place}”举行听证，不须批准地点。",
                "请删去 elsewhere_approved_by。",
                "/elsewhere_approved_by",
            )
        return
    if hearing.elsewhere_approved_by in terms.chiefs:
        return
    rooms = "、".join(terms.rooms) or "未登记，可在机关目录中填写"
    yield Problem(
        "elsewhere_not_approved",
        f"“{hearing.place}”不是本单位的听证室（{rooms}），须经主要负责人批准。",
        f"请改在听证室举行，或经批准后填写批准人的职务：{'、'.join(terms.chiefs)}。",
        "/elsewhere_approved_by",
    )


def posts_exist(hearing: Hearing, terms: Terms) -> Problems:
    for name in ("handler_post", "chair_post"):
        post = getattr(hearing, name)
        yield from post_exists(post, terms.chairs.posts, f"/{name}", "案件所在机关")


def the_right_post_has_the_chair(hearing: Hearing, terms: Terms) -> Problems:
    """
    The handling prosecutor or a leader chairs; a leader or head of a department who
    handles the case does so in person (听证工作规定 13).
    """
    handler, chair, chairs = hearing.handler_post, hearing.chair_post, terms.chairs
    # Unknown posts are refused by `posts_exist` already.
    if not {handler, chair} <= {*chairs.posts} or chair == handler:
        return
    if handler in chairs.leading:
        yield Problem(
            "handler_must_chair",
            f"承办人“{handler}”是单位领导或部门负责人，应当由其主持，不能由“{chair}”主持。",
            f"请把主持人改为“{handler}”。",
            "/chair_post",
        )
    elif chair not in chairs.leading:
        yield Problem(
            "chair_not_allowed",
            f"“{chair}”既不是承办人，也不是单位领导或部门负责人，不能主持听证。",
            f"可由承办人“{handler}”主持，或由：{'、'.join(chairs.leading)}。",
            "/chair_post",
        )


def the_chair_is_one_person(hearing: Hearing, terms: Terms) -> Problems:
    """
    Where a post has several holders, the plan says which of them has the chair: three
    deputies are three persons (DY-20).
    """
    if hearing.chair_post in terms.chairs.several and not hearing.chair_holder:
        yield Problem(
            "holder_missing",
            f"“{hearing.chair_post}”由多人担任，没有写明由哪一人主持。",
            "请填写其工号或姓名首字母（由本单位自定，不写姓名）。",
            "/chair_holder",
        )


def holder_is_known(hearing: Hearing, holders: Collection[str]) -> Problems:
    """
    The holder who has the chair is named in an earlier hearing of the office, or was
    declared to be new: a mistyped code would be another person (decision 0083).
    """
    holder = hearing.chair_holder
    if holder is not None and holder not in holders:
        listed = "、".join(sorted(holders)) or "无"
        yield Problem(
            "holder_not_known",
            f"本单位的听证此前没有以“{holder}”登记过主持人。",
            f"已登记过：{listed}。核对无误、确为首次主持的，请写明 first_chair: true。",
            "/chair_holder",
        )


def subject_is_listed(hearing: Hearing, terms: Terms) -> Problems:
    """
    What is heard is one of the kinds of matters that are open to hearing (4, 5).
    """
    if terms.subjects is not None and hearing.subject not in terms.subjects:
        listed = "、".join(terms.subjects)
        yield Problem(
            "no_such_subject",
            f"没有“{hearing.subject or ''}”这类听证事项。",
            f"可填：{listed}。",
            "/subject",
        )


def topic_is_listed(hearing: Hearing, terms: Terms) -> Problems:
    if hearing.topic is not None and hearing.topic not in terms.topics:
        listed = "、".join(terms.topics) or "本专项没有列出主题，请勿填写"
        yield Problem(
            "no_such_topic",
            f"没有“{hearing.topic}”这个主题。",
            f"可填：{listed}。",
            "/topic",
        )


def an_exception_has_its_reason(hearing: Hearing, terms: Terms) -> Problems:
    """
    Whether the public is admitted follows from what is heard; a person may decide
    otherwise with a reason (听证工作规定 5).
    """
    rule = (terms.subjects or {}).get(hearing.subject or "")
    if rule is None or rule == hearing.public or hearing.public_reason:
        return
    words = "公开" if rule else "不公开"
    yield Problem(
        "public_reason_missing",
        f"这类事项一般{words}听证。",
        f"请改为{words}，或写明理由。",
        "/reason",
    )


PLANNING = (
    plan_has_come,
    plan_follows_the_decision,
    notice_can_be_given,
    it_ends_after_it_starts,
    elsewhere_is_approved,
    posts_exist,
    the_right_post_has_the_chair,
    the_chair_is_one_person,
    subject_is_listed,
    topic_is_listed,
    an_exception_has_its_reason,
)


def plan(
    case: Case,
    decided: Hearing | None,
    terms: Terms,
    new_plan: Plan,
    others: Iterable[Hearing],
    *,
    holders: Collection[str],
) -> Hearing:
    """
    Plan the hearing that was *decided* on; *others*: hearings to come of the same
    office and day; *holders*: who may have the chair (`holder_is_known`).

    Raises `Conflict` if none was decided on, or it is planned already; `Rejected`.
    """
    require_unmerged(case, new_plan.planned_on)
    if decided is None:
        raise Conflict.because(
            "hearing_not_decided",
            "本案还没有听证决定，不能安排听证。",
            "请先登记听证决定。",
        )
    hearing = replace(decided, state=state_after(decided, Act.PLAN), **vars(new_plan))
    reject_if(
        [
            *check_rules(PLANNING, hearing, terms),
            *holder_is_known(hearing, holders),
            *clashes(hearing, others, terms),
        ]
    )
    return hearing


def at_the_same_time(hearing: Hearing, others: Iterable[Hearing]) -> list[Hearing]:
    """
    The *others*, of the same day, that overlap with a hearing.
    """
    starts, ends = hearing.starts or "", hearing.ends or ""
    return [
        other
        for other in others
        if other.id != hearing.id
        and other.scheduled_on == hearing.scheduled_on
        and (other.starts or "") < ends
        and starts < (other.ends or "")
    ]


def clashes(hearing: Hearing, others: Iterable[Hearing], terms: Terms) -> Problems:
    """
    Place, chair and members are free at that time. A post that several people hold may
    have the chair of several hearings at once, but each of them only of one.
    """
    seats = {seat.number for seat in hearing.members if seat.state != "declined"}
    for other in at_the_same_time(hearing, others):
        when = f"{other.scheduled_on} {other.starts}—{other.ends}"
        remedy = f"请改时间；那场听证的编号为 {other.id}。"
        if other.place == hearing.place:
            detail = f"“{other.place}”在 {when} 已安排了另一场听证。"
            yield Problem("place_taken", detail, remedy, "/place")
        if _same_chair(hearing, other, terms):
            detail = f"“{other.chair_post}”在 {when} 主持另一场听证。"
            yield Problem("chair_taken", detail, remedy, "/chair_post")
        busy = sorted(seats & busy_members([other]))
        if busy:
            detail = f"听证员 {'、'.join(busy)} 在 {when} 参加另一场听证。"
            yield Problem("member_taken", detail, remedy, "/scheduled_on")


def _same_chair(hearing: Hearing, other: Hearing, terms: Terms) -> bool:
    """
    Whether one person has the chair of both: the only holder of a post, or a holder who
    is named for both, also for two posts.
    """
    post, holder = hearing.chair_post, hearing.chair_holder
    only = post == other.chair_post and post in terms.chairs.single
    return only or (holder is not None and holder == other.chair_holder)


def busy_members(hearings: Iterable[Hearing]) -> set[str]:
    """
    The numbers of the members who were drawn for *hearings* and did not decline.
    """
    return {
        seat.number
        for hearing in hearings
        for seat in hearing.members
        if seat.state != "declined"
    }
