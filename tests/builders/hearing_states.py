"""
A hearing at each of its states, and the terms that it is measured by.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from services.hearing.domain.hearing import (
    Chairs,
    Draw,
    Hearing,
    Notice,
    Seat,
    State,
    Terms,
)
from services.hearing.domain.members import Member
from services.hearing.domain.planning import Plan
from services.hearing.domain.terms import (
    DrawMethod,
    Eligibility,
    HearingKind,
    MemberStatus,
    NoticeProof,
    NoticeWay,
    Participant,
    SeatState,
    SittingStep,
)
from shared.cases.case import Case
from shared.vocabulary import HearingDecision

TODAY = date(2021, 3, 8)
SITS = date(2021, 3, 15)
CASE = Case(
    number="濮检交〔2020〕0005号",
    office="410922",
    programme="puyang-2020",
    in_scope=True,
)
TERMS = Terms(
    today=TODAY,
    approvers=["检察长", "副检察长"],
    chairs=Chairs(
        posts=["检察长", "副检察长", "第九检察部主任", "检察官", "书记员"],
        leading=["检察长", "副检察长", "第九检察部主任"],
        single=["检察长", "第九检察部主任"],
        several=["副检察长"],
    ),
    members_min=3,
    members_max=7,
    members_odd=True,
    notice_over=lambda day: day + timedelta(days=3),
    watch_over=lambda day: day + timedelta(days=90),
    subjects={"petition": True, "arrest_review": False},
    topics=["fraud"],
    rooms=["检察听证室", "第二听证室"],
    chiefs=["检察长"],
)
PLAN = Plan(
    planned_on=TODAY,
    kind=HearingKind.ORDINARY,
    subject="petition",
    public=True,
    scheduled_on=SITS,
    starts="09:30",
    ends="11:00",
    place="检察听证室",
    handler_post="检察官",
    chair_post="副检察长",
    chair_holder="B02",
)
DECIDED = Hearing(
    id="h1",
    case_number=CASE.number,
    office="410922",
    programme="puyang-2020",
    state=State.DECIDED,
    decision=HearingDecision.HOLD,
    decided_on=date(2021, 3, 5),
    reason="对事实认定争议较大",
    approver_post="检察长",
)
PLANNED = replace(DECIDED, state=State.PLANNED, **vars(PLAN))


def a_member(number, **changes):
    """
    A member of the register who can be drawn.
    """
    fields = {
        "id": f"m{number}",
        "office": "410922",
        "number": number,
        "role": "人民监督员",
        "trade": "律师",
        "term_from": date(2020, 1, 1),
        "term_to": date(2023, 12, 31),
        "eligibility": tuple(Eligibility),
        "confirmed_on": date(2020, 11, 2),
        "status_on": date(2020, 11, 2),
    }
    return Member(**{**fields, **changes})


REGISTER = (
    *(a_member(str(number)) for number in range(1, 6)),
    a_member("6", status=MemberStatus.SUSPENDED, status_on=date(2021, 3, 12)),
    a_member("7", term_to=date(2021, 3, 14)),
)
"""
Five who serve all the time, one who is suspended before the sitting, and one whose term
ends before it.
"""


def a_seat(number, state=SeatState.ACCEPTED):
    return Seat(number=number, role="人民监督员", trade="律师", state=state)


def a_notice(role, member=None, given_on=TODAY, **changes):
    return Notice(
        role=role,
        member=member,
        way=NoticeWay.IN_PERSON,
        given_on=given_on,
        proof=NoticeProof.SIGNED,
        **changes,
    )


def notices_to(*numbers, **changes):
    """
    To the two sides and these members.
    """
    sides = (Participant.PETITIONER, Participant.HANDLER)
    return (
        *(a_notice(role, **changes) for role in sides),
        *(a_notice(Participant.MEMBER, number, **changes) for number in numbers),
    )


# (state, act, state after it): decided, planned, members drawn, everybody told three
# days ahead (听证工作规定 10), held (15), the members' view, adopted or not, result,
# watch.
STEPS = (
    ("not_needed", "decide", "replaced"),
    ("decided", "decide", "replaced"),
    ("decided", "plan", "planned"),
    ("planned", "draw", "planned"),
    ("planned", "answer", "planned"),
    ("planned", "announce", "planned"),
    ("planned", "adjourn", "planned"),
    ("planned", "call_off", "called_off"),
    ("planned", "notify", "scheduled"),
    ("scheduled", "notify", "scheduled"),
    ("scheduled", "draw", "scheduled"),
    ("scheduled", "answer", "scheduled"),
    ("scheduled", "announce", "scheduled"),
    ("scheduled", "adjourn", "planned"),
    ("scheduled", "call_off", "called_off"),
    ("scheduled", "sit", "held"),
    ("held", "advise", "advised"),
    ("advised", "adopt", "advised"),
    ("advised", "give_result", "resulted"),
    ("resulted", "adopt", "resulted"),
    ("resulted", "decide", "resulted"),
    ("resulted", "end_watch", "watched"),
    ("watched", "adopt", "watched"),
    ("watched", "decide", "watched"),
)
THREE = ("1", "2", "3")
DRAWN = Draw(
    drawn_on=TODAY, method=DrawMethod.ROTATION, seed="", pool=THREE, drawn=THREE
)
INVITED = replace(
    PLANNED,
    members=tuple(a_seat(number) for number in THREE),
    draws=(DRAWN,),
)
SCHEDULED = replace(
    INVITED,
    state=State.SCHEDULED,
    notices=notices_to(*THREE),
    announced_on=TODAY,
    announced_in="本院官网",
)
HELD = replace(
    SCHEDULED,
    state=State.HELD,
    held_on=SITS,
    members_briefed_on=TODAY,
    members_present=THREE,
    steps=tuple(SittingStep),
    leader_chaired=True,
)
ADVISED = replace(
    HELD,
    state=State.ADVISED,
    opinion_on=SITS,
    opinion="原处理并无不当",
    members_agreed=3,
)
RESULTED = replace(
    ADVISED, state=State.RESULTED, result_on=date(2021, 3, 17), settled=True
)


def on(day):
    """
    The terms of another day.
    """
    return replace(TERMS, today=day)
