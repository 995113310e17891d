"""
The plan of a hearing, its notices, and what is put off or called off.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.hearing.domain import adjourning, notices, panels, planning
from services.hearing.domain.hearing import State
from services.hearing.domain.terms import Participant, SeatState
from services.hearing.events import HearingScheduled
from shared.errors import Conflict, Rejected
from tests.builders import places
from tests.builders.hearing_states import (
    CASE,
    DECIDED,
    INVITED,
    PLAN,
    PLANNED,
    REGISTER,
    RESULTED,
    SCHEDULED,
    SITS,
    TERMS,
    THREE,
    TODAY,
    a_notice,
    a_seat,
    notices_to,
    on,
)

MERGED = replace(CASE, merged_into="清检信〔2020〕0008号", merged_on=TODAY)


HOLDERS = {"B01", "B02"}


def plan(
    decided=DECIDED, others=(), *, case=CASE, terms=TERMS, holders=HOLDERS, **changes
):
    wanted = replace(PLAN, **changes)
    return planning.plan(case, decided, terms, wanted, others, holders=holders)


def refusals(attempt, *arguments, **changes):
    with pytest.raises(Rejected) as refused:
        attempt(*arguments, **changes)
    return places(refused)


def test_a_plan_says_what_is_heard_how_when_where_and_who_chairs():
    assert plan() == PLANNED


def test_a_code_that_chaired_nothing_yet_is_refused_until_it_is_said_to_be_new():
    assert refusals(plan, holders={"B01", "B20"}) == {
        ("holder_not_known", "/chair_holder")
    }
    assert plan(holders={"B20", "B02"}).chair_holder == "B02"
    assert plan(holders=(), chair_post="检察长", chair_holder=None).chair_holder is None


def test_a_plan_is_refused_with_all_its_faults_at_once():
    found = refusals(
        plan,
        planned_on=date(2021, 3, 4),
        scheduled_on=date(2021, 3, 6),
        starts="11:00",
        ends="11:00",
        chair_post="局长",
        chair_holder=None,
        subject="arrest",
        topic="weather",
    )

    assert found == {
        ("date_before_start", "/planned_on"),
        ("notice_too_short", "/scheduled_on"),
        ("ends_before_start", "/ends"),
        ("no_such_post", "/chair_post"),
        ("no_such_subject", "/subject"),
        ("no_such_topic", "/topic"),
    }


def test_the_third_day_after_the_plan_is_early_enough():
    assert plan(scheduled_on=date(2021, 3, 11)).state is State.PLANNED
    assert refusals(plan, scheduled_on=date(2021, 3, 10)) == {
        ("notice_too_short", "/scheduled_on")
    }


@pytest.mark.parametrize(
    ("handler", "chair", "code"),
    [
        ("检察官", "检察官", None),
        ("检察官", "检察长", None),
        ("检察官", "第九检察部主任", None),
        ("检察长", "检察长", None),
        ("检察官", "书记员", "chair_not_allowed"),
        ("检察长", "检察官", "handler_must_chair"),
        ("第九检察部主任", "检察长", "handler_must_chair"),
    ],
)
def test_who_handles_the_case_or_a_leader_chairs_and_a_leader_who_handles_it_must(
    handler, chair, code
):
    asked = {"handler_post": handler, "chair_post": chair}

    if code is None:
        assert plan(**asked).chair_post == chair
    else:
        assert refusals(plan, **asked) == {(code, "/chair_post")}


ELSEWHERE = {"place": "村委会会议室"}
NOT_NEEDED = ("approval_not_needed", "/elsewhere_approved_by")
NOT_APPROVED = ("elsewhere_not_approved", "/elsewhere_approved_by")


@pytest.mark.parametrize("approved_by", [None, "副检察长"])
def test_a_hearing_is_in_a_hearing_room_or_where_the_chief_approved(approved_by):
    """
    检察听证室; elsewhere with the approval of the chief (听证工作规定 12).
    """
    asked = {**ELSEWHERE, "elsewhere_approved_by": approved_by}

    assert refusals(plan, **asked) == {NOT_APPROVED}
    assert refusals(adjourn, **asked) == {NOT_APPROVED}
    approved = {**ELSEWHERE, "elsewhere_approved_by": "检察长"}
    assert plan(**approved).elsewhere_approved_by == "检察长"
    assert adjourn(**approved)[0].elsewhere_approved_by == "检察长"
    in_a_room = {"place": "检察听证室", "elsewhere_approved_by": "检察长"}
    for act in (plan, adjourn):
        assert refusals(act, **in_a_room) == {NOT_NEEDED}
    anywhere = replace(TERMS, rooms=None)
    assert plan(terms=anywhere, **ELSEWHERE).place == ELSEWHERE["place"]
    assert refusals(plan, terms=anywhere, **approved) == {NOT_NEEDED}
    # what was approved for one place is not for the next
    assert adjourn(plan(**approved))[0].elsewhere_approved_by is None


@pytest.mark.parametrize(
    ("subject", "public"), [("petition", False), ("arrest_review", True)]
)
def test_what_is_not_as_the_rule_says_is_public_or_closed_for_a_reason(subject, public):
    asked = {"subject": subject, "public": public}

    assert refusals(plan, **asked) == {("public_reason_missing", "/reason")}
    assert plan(**asked, public_reason="涉及未成年人").public is public


def test_where_the_programme_lists_no_subjects_none_is_asked_for():
    free = replace(TERMS, subjects=None)

    assert plan(terms=free, subject=None, public=False).public is False


@pytest.mark.parametrize(
    ("decided", "code"),
    [
        (None, "hearing_not_decided"),
        (replace(DECIDED, state=State.NOT_NEEDED), "hearing_not_needed"),
        (PLANNED, "hearing_planned"),
        (SCHEDULED, "hearing_scheduled"),
        (RESULTED, "hearing_resulted"),
    ],
)
def test_only_a_decision_to_hold_can_be_planned(decided, code):
    with pytest.raises(Conflict) as refused:
        plan(decided)

    assert refused.value.code == code


# -- clashes

OTHER = replace(
    PLANNED, id="h9", chair_post="检察官", chair_holder=None, place="第二听证室"
)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({}, None),
        ({"place": PLAN.place}, "place_taken"),
        ({"place": PLAN.place, "starts": "11:00", "ends": "12:00"}, None),
        ({"place": PLAN.place, "starts": "08:00", "ends": "09:31"}, "place_taken"),
        ({"chair_post": "副检察长", "chair_holder": "B01"}, None),
        ({"chair_post": "副检察长", "chair_holder": "B02"}, "chair_taken"),
        ({"chair_post": "政治部主任", "chair_holder": "B02"}, "chair_taken"),
    ],
)
def test_a_room_and_whoever_has_the_chair_are_at_one_hearing_at_a_time(other, code):
    others = [replace(OTHER, **other)]

    if code is None:
        assert plan(others=others)
    else:
        assert {c for c, _ in refusals(plan, others=others)} == {code}


def test_the_only_holder_of_a_post_chairs_one_hearing_at_a_time():
    others = [replace(OTHER, chair_post="检察长")]

    assert refusals(plan, others=others, chair_post="检察长") == {
        ("chair_taken", "/chair_post")
    }


def test_of_a_post_with_several_holders_the_one_in_the_chair_is_named():
    assert refusals(plan, chair_holder=None) == {("holder_missing", "/chair_holder")}


# -- notices


EVERYBODY = notices_to(*THREE)


def notify(hearing=INVITED, given=EVERYBODY, *, day=date(2021, 3, 20)):
    return notices.notify(CASE, hearing, on(day), REGISTER, given)


def test_when_everybody_is_told_the_hearing_is_scheduled():
    hearing, event = notify()

    assert hearing == replace(SCHEDULED, announced_on=None, announced_in=None)
    assert event == HearingScheduled(
        office="410922",
        case_number=CASE.number,
        occurred_on=TODAY,
        programme="puyang-2020",
        hearing="h1",
        scheduled_on=SITS,
    )


def test_nobody_is_left_out():
    only_two = notices_to("1", "2")[1:]

    assert refusals(notify, given=only_two) == {("participants_not_told", "/notices")}


def test_each_is_told_three_days_ahead_after_the_plan_and_not_tomorrow():
    late = (*notices_to(*THREE), a_notice(Participant.EXPERT, given_on=SITS))
    early = (*notices_to(*THREE), a_notice(Participant.EXPERT, given_on=date.min))

    assert refusals(notify, given=late) == {("notice_too_short", "/notices/5/given_on")}
    assert refusals(notify, given=early) == {
        ("date_before_start", "/notices/5/given_on")
    }
    assert ("date_in_future", "/notices/0/given_on") in refusals(
        notify, given=notices_to(*THREE, given_on=date.max)
    )


@pytest.mark.parametrize(
    "wrong",
    [
        a_notice(Participant.MEMBER),
        a_notice(Participant.MEMBER, "9"),
        a_notice(Participant.EXPERT, "1"),
    ],
)
def test_a_member_is_told_by_number_and_nobody_else(wrong):
    given = (*notices_to(*THREE), wrong)

    assert refusals(notify, given=given) == {("no_such_member", "/notices/5/member")}


def test_nobody_is_told_before_enough_members_have_accepted():
    two = replace(
        INVITED, members=(*INVITED.members[:2], a_seat("3", SeatState.INVITED))
    )

    assert refusals(notify, two, notices_to("1", "2")) == {
        ("members_out_of_bounds", "/notices")
    }
    four = replace(INVITED, members=(*INVITED.members, a_seat("4")))
    assert refusals(notify, four, notices_to(*THREE, "4")) == {
        ("members_even", "/notices")
    }


def test_a_public_hearing_is_announced_and_no_other():
    announced = notices.announce(INVITED, TERMS, announced_on=TODAY, medium="官网")
    closed = replace(INVITED, public=False)

    assert announced.announced_on == TODAY
    with pytest.raises(Rejected) as refused:
        notices.announce(closed, TERMS, announced_on=TODAY, medium="官网")
    assert places(refused) == {("not_public", "/announced_on")}


# -- put off, called off

NEW = {
    "adjourned_on": date(2021, 3, 12),
    "reason": "信访人因病申请延期",
    "scheduled_on": date(2021, 3, 22),
    "starts": "14:30",
    "ends": "16:00",
    "place": "检察听证室",
}


def adjourn(hearing=SCHEDULED, others=(), **changes):
    terms = on(date(2021, 3, 20))
    return adjourning.adjourn(CASE, hearing, terms, others, **{**NEW, **changes})


def test_what_is_put_off_is_told_and_announced_anew():
    hearing, event = adjourn()

    assert (hearing.state, event.scheduled_on) == (State.PLANNED, date(2021, 3, 22))
    assert (hearing.notices_in_force, hearing.announced_on) == ((), None)
    assert hearing.adjournments[0].scheduled_before == SITS
    again = notices_to(*THREE, given_on=date(2021, 3, 15))
    # who accepted the old day has not accepted the new one
    assert {seat.state for seat in hearing.members} == {SeatState.INVITED}
    assert ("members_out_of_bounds", "/notices") in refusals(notify, hearing, again)
    for number in THREE:
        hearing = accept(hearing, number)
    assert notify(hearing, again)[0].state is State.SCHEDULED


def accept(hearing, number, answered_on=NEW["adjourned_on"]):
    answer = {"member": number, "accepted": True, "answered_on": answered_on}
    return panels.answer(
        hearing,
        on(date(2021, 3, 20)),
        panels.Pool(register=REGISTER, others=()),
        **answer,
        reason=None,
        seed="",
    )[0]


def test_the_answer_for_a_new_day_is_not_older_than_the_adjournment():
    hearing, _ = adjourn()

    assert refusals(accept, hearing, "1", date(2021, 3, 11)) == {
        ("date_before_start", "/answered_on")
    }


def test_who_declined_before_an_adjournment_is_not_asked_again():
    declined = replace(
        SCHEDULED, members=(*SCHEDULED.members, a_seat("4", SeatState.DECLINED))
    )
    hearing, _ = adjourn(declined)

    assert [seat.state for seat in hearing.members][-1] is SeatState.DECLINED


def test_the_new_day_leaves_time_to_tell_everybody_and_takes_nobodys_room():
    taken = [replace(OTHER, place="检察听证室", scheduled_on=date(2021, 3, 14))]
    found = refusals(
        adjourn, others=taken, scheduled_on=date(2021, 3, 14), starts="09:00"
    )

    assert found == {
        ("notice_too_short", "/scheduled_on"),
        ("place_taken", "/place"),
    }


def test_a_member_who_is_busy_on_the_new_day_is_named():
    taken = [replace(SCHEDULED, **{**vars(OTHER), "members": INVITED.members[:1]})]
    taken = [replace(taken[0], scheduled_on=NEW["scheduled_on"], starts="14:00")]
    taken = [replace(taken[0], ends="15:00")]

    assert refusals(adjourn, others=taken) == {("member_taken", "/scheduled_on")}


def test_a_hearing_is_called_off_with_a_reason_by_a_leader():
    facts = {"called_off_on": TODAY, "reason": "信访人撤回申请"}
    hearing, event = adjourning.call_off(
        CASE, SCHEDULED, TERMS, **facts, approver_post="检察长"
    )

    assert (hearing.state, event.hearing) == (State.CALLED_OFF, "h1")
    with pytest.raises(Rejected) as refused:
        adjourning.call_off(CASE, PLANNED, TERMS, **facts, approver_post="检察官")
    assert places(refused) == {("approver_not_a_leader", "/approver_post")}


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: plan(case=MERGED),
        lambda: notices.notify(MERGED, INVITED, TERMS, REGISTER, notices_to(*THREE)),
    ],
)
def test_a_merged_case_has_no_hearings(attempt):
    with pytest.raises(Conflict) as refused:
        attempt()

    assert refused.value.code == "case_merged"
    assert "清检信〔2020〕0008号" in refused.value.problems[0].remedy
