"""
The sitting: the hearing as it took place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from services.hearing.domain.hearing import (
    Act,
    Hearing,
    Problems,
    Terms,
    size_problems,
    state_after,
)
from services.hearing.domain.members import Member, members_serve
from services.hearing.domain.notices import not_told
from services.hearing.domain.terms import SittingStep
from services.hearing.events import HearingHeld
from shared.cases.case import Case, about, require_unmerged
from shared.errors import Problem, reject_if
from shared.rules import check_rules, day_has_come, day_not_before

NEVER_LEFT_OUT = {SittingStep.PARTIES_SPOKE, SittingStep.MEMBERS_ASKED}
"""
Both sides speak and the members ask, however short a hearing is (DY-37).
"""


def sitting_has_come(hearing: Hearing, terms: Terms) -> Problems:
    yield from day_has_come(hearing.held_on, terms.today, "/held_on", "举行日期")


def it_was_on_its_day(hearing: Hearing, _terms: Terms) -> Problems:
    """
    The sitting took place on the day for which notices were given; for another day the
    hearing is adjourned first.
    """
    if hearing.held_on != hearing.scheduled_on:
        yield Problem(
            "not_on_its_day",
            f"通知的听证日期是 {hearing.scheduled_on}，不是 {hearing.held_on}。",
            "请核对日期；改期举行的，请先登记延期并重新通知。",
            "/held_on",
        )


def members_were_briefed(hearing: Hearing, _terms: Terms) -> Problems:
    """
    The members learn of the case, the questions and the law between the plan and the
    sitting (听证工作规定 11).
    """
    briefed, location = hearing.members_briefed_on, "/members_briefed_on"
    title = "向听证员介绍案件情况的日期"
    yield from day_not_before(
        briefed, hearing.planned_on, location, "方案的日期", title
    )
    yield from day_not_before(hearing.held_on, briefed, location, title, "举行日期")


def members_were_drawn_and_accepted(hearing: Hearing, _terms: Terms) -> Problems:
    """
    Each is named once, and was drawn and accepted.
    """
    accepted = {seat.number for seat in hearing.accepted}
    counts = Counter(hearing.members_present)
    wrong = [
        number for number in counts if number not in accepted or counts[number] > 1
    ]
    if wrong:
        yield Problem(
            "no_such_member",
            f"听证员 {'、'.join(wrong)} 没有接受邀请，或重复填写。",
            f"可填：{'、'.join(sorted(accepted))}。",
            "/members_present",
        )


def enough_members_are_present(hearing: Hearing, terms: Terms) -> Problems:
    present = {*hearing.members_present}
    yield from size_problems(len(present), terms, "/members_present")


def everybody_was_told(hearing: Hearing, _terms: Terms) -> Problems:
    """
    Everybody who took part had a notice of this day in time (TL-22).
    """
    left_out = [*not_told(hearing, hearing.members_present)]
    if left_out:
        yield Problem(
            "participants_not_told",
            f"没有按本次日期通知：{'、'.join(left_out)}。",
            "请先登记通知；未及时通知的应延期举行。",
            "/members_present",
        )


def a_public_hearing_was_announced(hearing: Hearing, _terms: Terms) -> Problems:
    if hearing.public and hearing.announced_on is None:
        yield Problem(
            "not_announced",
            "公开听证没有登记公告。",
            "请先登记公告。",
            "/held_on",
        )


def its_steps_are_recorded(hearing: Hearing, _terms: Terms) -> Problems:
    """
    The seven steps of article 15; what was left out has its reason.
    """
    left_out = {*SittingStep} - {*hearing.steps}
    listed = "；".join(step.chinese for step in SittingStep if step in left_out)
    if left_out & NEVER_LEFT_OUT:
        yield Problem(
            "steps_missing",
            f"听证缺少环节：{listed}。",
            "双方陈述和听证员提问不能省略，请核对。",
            "/steps",
        )
    elif left_out and not hearing.steps_left_out_because:
        yield Problem(
            "steps_missing",
            f"听证缺少环节：{listed}。",
            "请补记，或写明省略的理由。",
            "/steps",
        )


SITTING = (
    sitting_has_come,
    it_was_on_its_day,
    members_were_briefed,
    members_were_drawn_and_accepted,
    enough_members_are_present,
    everybody_was_told,
    a_public_hearing_was_announced,
    its_steps_are_recorded,
)


def sit(
    case: Case,
    scheduled: Hearing,
    terms: Terms,
    register: Collection[Member],
    *,
    held_on: date,
    members_briefed_on: date,
    members_present: Sequence[str],
    steps: Sequence[SittingStep],
    reason: str | None = None,
) -> tuple[Hearing, HearingHeld]:
    """
    Record that the hearing took place, once, with members of the *register*; *reason*
    says why steps were left out.

    Raises `Conflict` the second time, or before the notices; `Rejected`.
    """
    require_unmerged(case, held_on)
    # Fixed on the day: posts and their leaders change.
    chair = scheduled.chair_post in terms.chairs.leading
    hearing = replace(
        scheduled,
        state=state_after(scheduled, Act.SIT),
        held_on=held_on,
        members_briefed_on=members_briefed_on,
        members_present=tuple(members_present),
        steps=tuple(steps),
        steps_left_out_because=reason,
        leader_chaired=chair,
    )
    reject_if(
        [
            *check_rules(SITTING, hearing, terms),
            *members_serve(register, members_present, held_on, "/members_present"),
        ]
    )
    return hearing, HearingHeld(
        **about(case, held_on),
        in_scope=case.in_scope,
        hearing=hearing.id,
        leader_chaired=chair,
        topic=hearing.topic or "",
        public=bool(hearing.public),
    )
