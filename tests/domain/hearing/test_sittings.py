"""
The sitting, and what no sequence of calls can bring about.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.hearing.domain import (
    adjourning,
    decisions,
    notices,
    opinions,
    panels,
    planning,
    results,
)
from services.hearing.domain.hearing import State
from services.hearing.domain.panels import Pool
from services.hearing.domain.sittings import sit
from services.hearing.domain.terms import DrawMethod, SittingStep
from services.hearing.events import HearingHeld
from shared.errors import Conflict, Refusal, Rejected
from tests.builders import places
from tests.builders.hearing_states import (
    CASE,
    DECIDED,
    HELD,
    INVITED,
    PLAN,
    PLANNED,
    REGISTER,
    RESULTED,
    SCHEDULED,
    SITS,
    STEPS,
    THREE,
    TODAY,
    a_notice,
    a_seat,
    notices_to,
    on,
)


def sitting(hearing=SCHEDULED, *, case=CASE, **changes):
    facts = {
        "held_on": SITS,
        "members_briefed_on": TODAY,
        "members_present": THREE,
        "steps": tuple(SittingStep),
        **changes,
    }
    return sit(case, hearing, on(date(2021, 3, 16)), REGISTER, **facts)


def refusals(*arguments, **changes):
    with pytest.raises(Rejected) as refused:
        sitting(*arguments, **changes)
    return places(refused)


def test_a_sitting_counts_for_a_case_in_scope_and_says_whether_a_leader_chaired():
    hearing, event = sitting()

    assert hearing == HELD
    assert event == HearingHeld(
        office="410922",
        case_number=CASE.number,
        occurred_on=SITS,
        programme="puyang-2020",
        in_scope=True,
        hearing="h1",
        leader_chaired=True,
        topic="",
        public=True,
    )
    by_handler = replace(SCHEDULED, chair_post="检察官", topic="fraud")
    _, event = sitting(by_handler)
    assert (event.leader_chaired, event.topic) == (False, "fraud")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"held_on": date(2021, 3, 14)}, "not_on_its_day"),
        ({"held_on": date(2021, 3, 16)}, "not_on_its_day"),
        ({"members_present": ("1", "2")}, "members_out_of_bounds"),
        ({"members_present": ("1", "2", "2")}, "no_such_member"),
        ({"members_present": ("1", "2", "9")}, "no_such_member"),
        ({"steps": tuple(SittingStep)[:6]}, "steps_missing"),
    ],
)
def test_a_sitting_that_cannot_have_been_is_refused(changes, code):
    assert code in {code for code, _ in refusals(**changes)}


def test_a_step_is_left_out_for_a_reason_but_never_the_hearing_of_both_sides():
    why = {"reason": "简易听证，当庭发表意见"}
    hearing, _ = sitting(
        steps=(SittingStep.PARTIES_SPOKE, SittingStep.MEMBERS_ASKED), **why
    )

    assert hearing.steps_left_out_because
    assert refusals(steps=tuple(SittingStep)[2:], **why) == {
        ("steps_missing", "/steps")
    }


def test_who_was_not_told_of_this_day_does_not_sit():
    added = replace(SCHEDULED, members=(*SCHEDULED.members, a_seat("4"), a_seat("5")))
    five = (*THREE, "4", "5")

    assert refusals(added, members_present=five) == {
        ("participants_not_told", "/members_present")
    }
    told = (*added.notices, *(a_notice("member", number) for number in "45"))
    assert sitting(replace(added, notices=told), members_present=five)


@pytest.mark.requirement("DY-23")
@pytest.mark.parametrize("number", ["6", "7"])
def test_who_is_suspended_or_out_of_term_on_the_day_neither_is_told_nor_sits(number):
    seats = (a_seat("1"), a_seat("2"), a_seat(number))
    there = ("1", "2", number)
    told = replace(SCHEDULED, members=seats, notices=notices_to(*there))

    assert refusals(told, members_present=there) == {
        ("member_not_serving", "/members_present")
    }
    with pytest.raises(Rejected) as refused:
        notices.notify(
            CASE, replace(PLANNED, members=seats), TERMS, REGISTER, notices_to(*there)
        )
    assert ("member_not_serving", "/notices") in places(refused)


def test_a_public_hearing_sits_after_its_announcement():
    assert refusals(replace(SCHEDULED, announced_on=None)) == {
        ("not_announced", "/held_on")
    }
    closed = replace(SCHEDULED, announced_on=None, public=False)
    assert sitting(closed)[0].state is State.HELD


def test_the_members_were_briefed_after_the_plan_and_before_they_sit():
    """
    Of the case, the questions and the law (听证工作规定 11).
    """
    assert sitting(members_briefed_on=SITS)[0].members_briefed_on == SITS
    for day in (date(2021, 3, 7), date(2021, 3, 16)):
        assert refusals(members_briefed_on=day) == {
            ("date_before_start", "/members_briefed_on")
        }


@pytest.mark.parametrize("hearing", [DECIDED, PLANNED, HELD, RESULTED])
def test_a_hearing_sits_once_and_after_its_notices(hearing):
    with pytest.raises(Conflict) as refused:
        sitting(hearing)

    assert refused.value.code == f"hearing_{hearing.state}"


def test_what_was_before_a_merge_may_still_be_recorded():
    merged = replace(CASE, merged_into="清检信〔2020〕0008号", merged_on=SITS)
    later = replace(merged, merged_on=date(2021, 3, 16))

    with pytest.raises(Conflict):
        sitting(case=merged)
    assert sitting(case=later)[0].state is State.HELD


# -- any sequence of calls

TERMS = on(date(2021, 7, 1))
DAYS = st.sampled_from([date(2021, 3, day) for day in (5, 8, 11, 12, 15, 22)])
MEMBERS = st.sampled_from([member.number for member in REGISTER])


def put_off(hearing, day, _member):
    facts = {
        "reason": "改期",
        "starts": "09:30",
        "ends": "11:00",
        "place": PLAN.place,
    }
    return adjourning.adjourn(
        CASE,
        hearing,
        TERMS,
        (),
        adjourned_on=date(2021, 3, 10),
        scheduled_on=day,
        **facts,
    )[0]


def answered(hearing, day, member, *, accepted):
    pool = Pool(register=REGISTER, others=())
    facts = {"answered_on": day, "reason": "出差", "seed": f"{day}"}
    return panels.answer(
        hearing, TERMS, pool, member=member, accepted=accepted, **facts
    )[0]


def approver(member):
    """
    Who approves, perhaps wrongly.
    """
    return ("检察长", "副检察长", "检察官")[int(member) % 3]


def decided(hearing, day, member):
    facts = {"reason": "争议较大", "approver_post": approver(member)}
    return decisions.decide(
        *(CASE, hearing, TERMS),
        identity="h2",
        decision="hold",
        decided_on=day,
        **facts,
    )[0]


def called_off(hearing, day, member):
    facts = {"reason": "已和解", "approver_post": approver(member)}
    return adjourning.call_off(CASE, hearing, TERMS, called_off_on=day, **facts)[0]


def planned_elsewhere(hearing, day, member):
    place = {"place": "村委会", "elsewhere_approved_by": approver(member)}
    plan = replace(PLAN, scheduled_on=day, **place)
    return planning.plan(CASE, hearing, TERMS, plan, (), holders={PLAN.chair_holder})


ACTS = {
    # a decision on a hearing that came to its result begins another
    "decide": lambda h, day, member: (
        decided(h, day, member) if h.state is State.DECIDED else h
    ),
    "plan_elsewhere": planned_elsewhere,
    "call_off": called_off,
    "plan": lambda h, day, _: planning.plan(
        CASE, h, TERMS, replace(PLAN, scheduled_on=day), (), holders={PLAN.chair_holder}
    ),
    "draw": lambda h, day, _: panels.draw(
        h,
        TERMS,
        Pool(register=REGISTER, others=()),
        size=3,
        method=DrawMethod.LOT,
        seed=f"{day}",
    )[0],
    "accept": lambda h, day, member: answered(h, day, member, accepted=True),
    "accept_all": lambda h, day, _: [
        h := answered(h, day, seat.number, accepted=True)
        for seat in h.members
        if seat.state != "declined"
    ][-1],
    "decline": lambda h, day, member: answered(h, day, member, accepted=False),
    "notify": lambda h, day, _: notices.notify(
        CASE,
        h,
        TERMS,
        REGISTER,
        notices_to(*(s.number for s in h.accepted), given_on=day),
    )[0],
    "notify_one": lambda h, day, member: notices.notify(
        CASE, h, TERMS, REGISTER, [a_notice("member", member, given_on=day)]
    )[0],
    "announce": lambda h, day, _: notices.announce(
        h, TERMS, announced_on=day, medium="官网"
    ),
    "adjourn": put_off,
    "sit": lambda h, day, _: sit(
        CASE,
        h,
        TERMS,
        REGISTER,
        held_on=h.scheduled_on or day,
        members_briefed_on=h.planned_on or day,
        members_present=[s.number for s in h.accepted],
        steps=tuple(SittingStep),
    )[0],
    "sit_with_whoever": lambda h, day, member: sit(
        CASE,
        h,
        TERMS,
        REGISTER,
        held_on=day,
        members_briefed_on=day,
        members_present=[member, member, *(s.number for s in h.members)],
        steps=tuple(SittingStep),
    )[0],
    "advise": lambda h, day, _: opinions.give_opinion(
        h, TERMS, opinion_on=day, opinion="并无不当", members_agreed=3
    ),
    "result": lambda h, day, _: results.give_result(
        CASE, h, TERMS, result_on=day, settled=True
    )[0],
    "watch": lambda h, _day, _: results.end_watch(
        CASE, h, TERMS, watch_over_on=date(2021, 7, 1), settled=True
    )[0],
}
CALLS = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), DAYS, MEMBERS), max_size=25)
# The steps in their order, with anything between them.
IN_ORDER = [
    ("decide", date(2021, 3, 5)),
    ("plan", date(2021, 3, 15)),
    ("draw", date(2021, 3, 8)),
    ("accept_all", date(2021, 3, 9)),
    ("notify", date(2021, 3, 11)),
    ("announce", date(2021, 3, 11)),
    ("sit", date(2021, 3, 15)),
    ("advise", date(2021, 3, 15)),
    ("result", date(2021, 3, 22)),
    ("watch", date(2021, 7, 1)),
]
BETWEEN = st.lists(
    st.lists(st.tuples(st.sampled_from(sorted(ACTS)), DAYS, MEMBERS), max_size=2),
    min_size=len(IN_ORDER),
    max_size=len(IN_ORDER),
)
AMONG_THEM = st.tuples(BETWEEN, MEMBERS).map(
    lambda drawn: [
        call
        for (act, day), others in zip(IN_ORDER, drawn[0], strict=True)
        for call in (*others, (act, day, drawn[1]))
    ]
)


def took_place(hearing):
    """
    What a hearing that sat must have had: enough members, an odd number, each once,
    all of whom were drawn, accepted its day, were told of it three days before and
    serve on it.
    """
    present = hearing.members_present
    in_time = {
        notice.member
        for notice in hearing.notices_in_force
        if (hearing.held_on - notice.given_on).days >= 3
    }
    seats = Counter(seat.number for seat in hearing.members)
    return (
        len(present) in {3, 5, 7}
        and len({*present}) == len(present)
        and max(seats.values()) == 1
        and {*present} <= {seat.number for seat in hearing.accepted} & in_time
        and all(s.answered_on >= hearing.day_fixed_on for s in hearing.accepted)
        and {*present} <= {m.number for m in REGISTER if m.serves_on(hearing.held_on)}
        and hearing.held_on == hearing.scheduled_on
        and hearing.planned_on <= hearing.members_briefed_on <= hearing.held_on
        and (hearing.announced_on or date.max) <= hearing.held_on
    )


@settings(max_examples=40, deadline=None)
@given(st.one_of(CALLS, AMONG_THEM))
def test_no_sequence_of_calls_gives_a_result_without_all_that_a_hearing_needs(calls):
    hearing, sat = DECIDED, (State.HELD, State.ADVISED, State.RESULTED, State.WATCHED)
    for act, day, member in calls:
        before = hearing
        try:
            hearing = ACTS[act](hearing, day, member)
        except (Refusal, IndexError):
            hearing = before
        assert hearing.state is before.state or (before.state, hearing.state) in {
            (start, end) for start, _, end in STEPS
        }
        if hearing.state in sat:
            assert took_place(hearing)
        assert hearing.approver_post in {"检察长", "副检察长"}
        if hearing.place == "村委会":
            assert hearing.elsewhere_approved_by == "检察长"
        if act == "call_off" and hearing is not before:
            assert approver(member) != "检察官"
        if hearing.result_on:
            assert hearing.held_on <= hearing.opinion_on <= hearing.result_on


def test_the_steps_in_their_order_lead_to_the_end_of_the_watch():
    hearing = DECIDED
    for act, day in IN_ORDER:
        hearing = ACTS[act](hearing, day, "1")

    assert hearing.state is State.WATCHED
    assert INVITED.members
