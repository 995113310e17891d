"""
The members' opinion, and what the office made of it (DY-37).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.hearing.domain.hearing import Act, Hearing, Problems, Terms, state_after
from services.hearing.domain.terms import Adoption
from services.hearing.events import OpinionAnswered
from shared.cases.case import Case, about
from shared.errors import Conflict, Problem, reject_if
from shared.rules import day_has_come, day_not_before, leader_approves, text_is_given


def give_opinion(
    hearing: Hearing,
    terms: Terms,
    *,
    opinion_on: date,
    opinion: str,
    members_agreed: int,
) -> Hearing:
    """
    Record the opinion of the members and how many of those present share it.

    Raises `Conflict`, `Rejected`.
    """
    hearing = replace(
        hearing,
        state=state_after(hearing, Act.ADVISE),
        opinion_on=opinion_on,
        opinion=opinion,
        members_agreed=members_agreed,
    )
    reject_if(
        [
            *day_has_come(opinion_on, terms.today, "/opinion_on", "意见日期"),
            *day_not_before(
                opinion_on, hearing.held_on, "/opinion_on", "听证举行的日期", "意见日期"
            ),
            *_no_more_than_were_present(hearing),
        ]
    )
    return hearing


def answer_opinion(
    case: Case,
    advised: Hearing,
    terms: Terms,
    *,
    adoption: str,
    adoption_on: date,
    reason: str | None = None,
    approver_post: str,
    members_told_on: date,
) -> tuple[Hearing, OpinionAnswered]:
    """
    Record whether the opinion was adopted, with the *reason* if it was not wholly, and
    that the members were told.

    Raises `Conflict` the second time, or before the opinion; `Rejected`.
    """
    state = state_after(advised, Act.ADOPT)
    if advised.adoption is not None:
        raise Conflict.because(
            "already_answered",
            f"已于 {advised.adoption_on} 登记“{advised.adoption.chinese}”。",
            "请核对听证的编号。",
        )
    hearing = replace(
        advised,
        state=state,
        adoption=Adoption(adoption),
        adoption_on=adoption_on,
        adoption_reason=reason,
        members_told_on=members_told_on,
    )
    reject_if(
        [
            *_answered_after_the_opinion(hearing, terms.today),
            *leader_approves(approver_post, terms.approvers, "/approver_post"),
            *_what_is_not_adopted_has_a_reason(hearing),
        ]
    )
    return hearing, OpinionAnswered(
        **about(case, adoption_on),
        in_scope=case.in_scope,
        hearing=hearing.id,
        adoption=hearing.adoption or "",
    )


def _answered_after_the_opinion(hearing: Hearing, today: date) -> Problems:
    """
    First the opinion, then the decision on it, then the members are told of that.
    """
    opinion_on, told_on = hearing.opinion_on, hearing.members_told_on
    adoption, notification, place = "决定日期", "告知日期", "/members_told_on"
    yield from day_not_before(
        hearing.adoption_on, opinion_on, "/adoption_on", "听证员意见的日期", adoption
    )
    yield from day_not_before(
        told_on, hearing.adoption_on, place, adoption, notification
    )
    yield from day_has_come(told_on, today, place, notification)


def _no_more_than_were_present(hearing: Hearing) -> Problems:
    present = len(hearing.members_present)
    if (hearing.members_agreed or 0) > present:
        yield Problem(
            "more_than_present",
            f"到场听证员 {present} 人，持此意见的不能有 {hearing.members_agreed} 人。",
            "请核对人数。",
            "/members_agreed",
        )


def _what_is_not_adopted_has_a_reason(hearing: Hearing) -> Problems:
    if hearing.adoption is not Adoption.FULL:
        yield from text_is_given(
            hearing.adoption_reason,
            "/reason",
            "reason_missing",
            "未采纳的理由",
        )
