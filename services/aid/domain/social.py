"""
What follows or goes beyond the money: referral to social aid and its answer (MX-32),
and the follow-up of how aid was used.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from services.aid.domain.application import Application, State
from services.aid.events import SocialAidAnswered, SocialAidReferred
from shared.cases.case import Case, about, require_unmerged
from shared.errors import Conflict, reject_if
from shared.rules import day_has_come, day_not_before
from shared.vocabulary import ReplyMode, Term


class SocialHelp(Term):
    """What kind of social aid a person is referred to."""

    SUBSISTENCE = "subsistence", "最低生活保障"
    MEDICAL = "medical", "医疗救助"
    EDUCATION = "education", "教育救助"
    HOUSING = "housing", "住房救助"
    EMPLOYMENT = "employment", "就业救助"
    TEMPORARY = "temporary", "临时救助"
    DISABLED = "disabled", "残疾人帮扶"
    OTHER = "other", "其他"


class SocialOutcome(Term):
    """What the organ of social aid answered."""

    HELPED = "helped", "已予救助"
    NOT_HELPED = "not_helped", "不符合条件"
    PASSED_ON = "passed_on", "已转其他部门"


@dataclass(frozen=True, kw_only=True)
class Referral:
    """
    A person in need, referred to an organ of social aid; its answer when there is one.
    """

    id: str
    case_number: str
    office: str
    programme: str
    to: str
    help: SocialHelp
    referred_on: date
    document: str
    answered_on: date | None = None
    outcome: SocialOutcome | None = None
    answer_document: str | None = None


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """
    How the office asked, some time after the payment, whether the aid was of use.
    """

    id: str
    application: str
    office: str
    on: date
    mode: ReplyMode
    post: str
    use: str


def refer(
    case: Case,
    identity: str,
    *,
    to: str,
    help: str,  # noqa: A002 - the word of the request
    referred_on: date,
    document: str,
    today: date,
) -> tuple[Referral, SocialAidReferred]:
    """
    Raises `Conflict`, `Rejected`.
    """
    require_unmerged(case, referred_on)
    reject_if(day_has_come(referred_on, today, "/referred_on", "移送日期"))
    referral = Referral(
        id=identity,
        case_number=case.number,
        office=case.office,
        programme=case.programme,
        to=to,
        help=SocialHelp(help),
        referred_on=referred_on,
        document=document,
    )
    return referral, SocialAidReferred(
        **about(case, referred_on), in_scope=case.in_scope, referral=identity
    )


def answer(
    case: Case,
    referral: Referral,
    *,
    answered_on: date,
    outcome: str,
    document: str,
    today: date,
) -> tuple[Referral, SocialAidAnswered]:
    """
    Raises `Conflict` the second time, `Rejected`.
    """
    if referral.answered_on is not None:
        raise Conflict.because(
            "already_answered",
            f"该移送已于 {referral.answered_on} 得到答复。",
            "如另有移送，请登记新的移送。",
        )
    place = "/answered_on"
    reject_if(
        [
            *day_has_come(answered_on, today, place, "答复日期"),
            *day_not_before(
                answered_on, referral.referred_on, place, "移送日期", "答复日期"
            ),
        ]
    )
    answered = replace(
        referral,
        answered_on=answered_on,
        outcome=SocialOutcome(outcome),
        answer_document=document,
    )
    return answered, SocialAidAnswered(
        **about(case, answered_on),
        in_scope=case.in_scope,
        referral=referral.id,
        outcome=outcome,
    )


def follow_up(paid: Application, visit: FollowUp, *, today: date) -> FollowUp:
    """
    Raises `Conflict` before the payment, `Rejected`.
    """
    if paid.state is not State.PAID or paid.payment is None:
        raise Conflict.because(
            "not_paid",
            "救助金还没有发放，不能登记使用情况。",
            "请先办理发放。",
        )
    reject_if(
        [
            *day_has_come(visit.on, today, "/on", "回访日期"),
            *day_not_before(visit.on, paid.payment.on, "/on", "发放日期", "回访日期"),
        ]
    )
    return visit
