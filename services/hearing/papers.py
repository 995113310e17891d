"""
The papers of a hearing: what they may tell of, and what each says of one hearing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from services.hearing.domain.hearing import Act, Hearing, Notice
from services.hearing.domain.terms import Participant, SittingStep
from shared.papers import Papers, PaperTemplate
from shared.policy.parts.hearing import HearingSubject

# What a paper may tell of, with the day on which it is true of a hearing.
_TELLS_OF: Mapping[Act, Callable[[Hearing], date | None]] = {
    Act.PLAN: lambda hearing: hearing.planned_on,
    Act.NOTIFY: lambda h: h.scheduled_on if h.notices_in_force else None,
    Act.SIT: lambda hearing: hearing.held_on,
    Act.ADVISE: lambda hearing: hearing.opinion_on,
}
_MEMBER = {"number": "听证员3号", "role": "人民监督员", "trade": "律师"}
_TOLD = {"who": "信访人", "way": "当面送达", "on": date.min, "proof": "签收"}

PAPERS = Papers(
    "hearing",
    {act.value: act.chinese for act in _TELLS_OF},
    {
        "number": "某检控申〔2021〕7号",
        "office": "某某县人民检察院",
        "addressee": "信访人",
        "subject": "刑事申诉",
        "kind": "普通听证",
        "public": "公开",
        "public_reason": None,
        "reason": "对事实认定争议较大",
        "decided_on": date.min,
        "approver": "检察长",
        "handler": "检察官",
        "chair": "副检察长",
        "scheduled_on": date.min,
        "starts": "09:30",
        "ends": "11:00",
        "venue": "检察听证室",
        "elsewhere": None,
        "medium": None,
        "members": (_MEMBER,),
        "present": (_MEMBER,),
        "told": (_TOLD,),
        "steps": ("听证员提问",),
        "left_out": None,
        "opinion": None,
        "agreed": None,
    },
)


def true_since(states: str, hearing: Hearing) -> date | None:
    """
    The day of what a paper of this kind tells of; None before there is anything.
    """
    return _TELLS_OF[Act(states)](hearing)


def numbered_as(
    hearing: Hearing, template: PaperTemplate, addressee: Participant
) -> str:
    """
    The record that a number of such a paper belongs to: the hearing of the day that is
    fixed now, and the *addressee* of a paper that goes to one. The papers of a hearing
    that was put off get new numbers, and each party's paper has a number of its own.
    """
    put_off = len(hearing.adjournments)
    to = (addressee.value,) if template.addressee else ()
    return "/".join((hearing.id, str(put_off), *to))


def values(
    hearing: Hearing,
    subjects: Iterable[HearingSubject],
    *,
    office: str,
    addressee: str,
) -> dict[str, Any]:
    """
    What the papers of a hearing may name; *subjects*: those of its programme, *office*:
    the name of the one that holds it, *addressee*: a role.
    """
    titles = {subject.id: subject.title for subject in subjects}
    members = hearing.accepted
    present = [seat for seat in members if seat.number in hearing.members_present]
    return {
        "number": hearing.case_number,
        "office": office,
        "addressee": addressee,
        "subject": titles.get(hearing.subject or "", "信访事项"),
        "kind": hearing.kind.chinese if hearing.kind else "",
        "public": "公开" if hearing.public else "不公开",
        "public_reason": hearing.public_reason,
        "reason": hearing.reason,
        "decided_on": hearing.decided_on,
        "approver": hearing.approver_post,
        "handler": hearing.handler_post,
        "chair": hearing.chair_post,
        "scheduled_on": hearing.scheduled_on,
        "starts": hearing.starts,
        "ends": hearing.ends,
        "venue": hearing.place,
        "elsewhere": hearing.elsewhere_approved_by,
        "medium": hearing.announced_in,
        "members": members,
        "present": present or members,
        "told": [_notice(notice) for notice in hearing.notices_in_force],
        "steps": [step.chinese for step in hearing.steps or tuple(SittingStep)],
        "left_out": hearing.steps_left_out_because,
        "opinion": hearing.opinion,
        "agreed": hearing.members_agreed,
    }


def _notice(notice: Notice) -> dict[str, Any]:
    who = notice.role.chinese
    if notice.role is Participant.MEMBER:
        who = f"{who} {notice.member}"
    return {
        "who": who,
        "way": notice.way.chinese,
        "on": notice.given_on,
        "proof": notice.proof.chinese,
    }
