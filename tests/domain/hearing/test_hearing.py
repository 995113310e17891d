"""
Hearings by the rules: decided with a reason, announced in time, held and ended once.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.hearing.domain.announcements import schedule
from services.hearing.domain.decisions import decide
from services.hearing.domain.hearing import (
    MOVES,
    Act,
    Hearing,
    Member,
    State,
    Terms,
    current_decision,
)
from services.hearing.domain.results import give_result
from services.hearing.domain.sittings import sit
from services.hearing.events import (
    HearingDecided,
    HearingHeld,
    HearingResulted,
    HearingScheduled,
)
from shared.case import Case
from shared.errors import Conflict, Rejected
from shared.vocabulary import HearingDecision
from tests.builders import places

TODAY = date(2021, 3, 8)
CASE = Case(
    number="濮检交〔2020〕0005号",
    office="410922",
    programme="puyang-2020",
    in_scope=True,
)
TERMS = Terms(
    today=TODAY,
    approvers=["检察长", "副检察长"],
    posts=["检察长", "副检察长", "检察官"],
    members_min=3,
    members_max=7,
    notice_over=lambda day: day + timedelta(days=3),
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
SCHEDULED = replace(
    DECIDED,
    state=State.SCHEDULED,
    notified_on=date(2021, 3, 8),
    scheduled_on=date(2021, 3, 15),
    place="检察听证室",
    public=True,
    chair_post="副检察长",
    members=tuple(Member(trade) for trade in ("律师", "人大代表", "社区工作者")),
)
HELD = replace(
    SCHEDULED, state=State.HELD, held_on=date(2021, 3, 15), members_present=3
)
RESULTED = replace(HELD, state=State.RESULTED, result_on=date(2021, 3, 17))


def on(day):
    return replace(TERMS, today=day)


def deciding(earlier=None, *, case=CASE, terms=TERMS, **facts):
    return decide(
        case,
        earlier,
        terms,
        **{
            "identity": "h2",
            "decision": "hold",
            "decided_on": date(2021, 3, 5),
            "reason": "对事实认定争议较大",
            "approver_post": "检察长",
        }
        | facts,
    )


def scheduling(decided=DECIDED, *, case=CASE, terms=TERMS, **facts):
    return schedule(
        case,
        decided,
        terms,
        **{
            "notified_on": date(2021, 3, 8),
            "scheduled_on": date(2021, 3, 15),
            "place": "检察听证室",
            "public": True,
            "chair_post": "副检察长",
            "members": SCHEDULED.members,
        }
        | facts,
    )


def sitting(hearing=SCHEDULED, *, case=CASE, day=date(2021, 3, 15), present=3):
    terms = on(date(2021, 3, 16))
    return sit(case, hearing, terms, held_on=day, members_present=present)


def ending(hearing=HELD, *, case=CASE, day=date(2021, 3, 17), today=date(2021, 3, 20)):
    return give_result(
        case, hearing, on(today), result_on=day, settled=True, opinion="原处理并无不当"
    )


def test_a_decision_to_hold_is_kept_and_announced():
    hearing, replaced, event = deciding()

    assert hearing.state is State.DECIDED
    assert replaced is None
    assert event == HearingDecided(
        office="410922",
        case_number=CASE.number,
        occurred_on=date(2021, 3, 5),
        programme="puyang-2020",
        decision="hold",
    )


def test_a_hearing_not_needed_also_has_its_reason():
    hearing, _, event = deciding(decision="not_needed", reason="涉及未成年人隐私")

    assert hearing.state is State.NOT_NEEDED
    assert event.decision == "not_needed"


def test_a_decision_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        deciding(decided_on=date(2021, 3, 9), reason=" ", approver_post="检察官")

    assert places(refused) == {
        ("reason_missing", "/reason"),
        ("date_in_future", "/decided_on"),
        ("approver_not_a_leader", "/approver_post"),
    }


@pytest.mark.parametrize("state", [State.DECIDED, State.NOT_NEEDED])
def test_a_new_decision_replaces_one_that_nothing_followed(state):
    hearing, replaced, _ = deciding(replace(DECIDED, state=state))

    assert hearing.id == "h2"
    assert replaced == replace(DECIDED, state=State.REPLACED)


@pytest.mark.parametrize("under_way", [SCHEDULED, HELD])
def test_a_new_decision_waits_while_a_hearing_is_under_way(under_way):
    with pytest.raises(Conflict) as refused:
        deciding(under_way, terms=on(date(2021, 3, 20)))

    assert refused.value.code == f"hearing_{under_way.state}"


def test_after_a_result_a_new_decision_leaves_the_old_hearing_as_it_is():
    day = date(2021, 4, 1)
    hearing, earlier, _ = deciding(RESULTED, decided_on=day, terms=on(day))

    assert hearing.state is State.DECIDED
    assert earlier == RESULTED


def test_the_decision_that_stands_is_the_one_under_way_else_the_last_with_a_result():
    replaced = replace(DECIDED, state=State.REPLACED, decided_on=date(2021, 5, 1))
    later = replace(RESULTED, decided_on=date(2021, 4, 1))

    assert current_decision([]) is None
    assert current_decision([replaced]) is None
    assert current_decision([later, RESULTED, replaced]) == later
    assert current_decision([later, DECIDED, replaced]) == DECIDED


def test_a_decision_is_not_older_than_the_one_it_replaces():
    with pytest.raises(Rejected) as refused:
        deciding(DECIDED, decided_on=date(2021, 3, 4))

    assert places(refused) == {("date_before_start", "/decided_on")}


def test_a_notice_is_announced_with_the_day_of_the_sitting():
    hearing, event = scheduling()

    assert hearing == SCHEDULED
    assert event == HearingScheduled(
        office="410922",
        case_number=CASE.number,
        occurred_on=date(2021, 3, 8),
        programme="puyang-2020",
        hearing="h1",
        scheduled_on=date(2021, 3, 15),
    )


def test_the_third_day_after_the_notice_is_early_enough():
    hearing, _ = scheduling(scheduled_on=date(2021, 3, 11))

    assert hearing.scheduled_on == date(2021, 3, 11)


def test_the_second_day_after_the_notice_is_too_early_and_the_refusal_says_when():
    with pytest.raises(Rejected) as refused:
        scheduling(scheduled_on=date(2021, 3, 10))

    assert places(refused) == {("notice_too_short", "/scheduled_on")}
    assert "2021-03-11" in refused.value.problems[0].remedy


@pytest.mark.parametrize("number", [3, 7])
def test_the_bounds_of_the_members_are_included(number):
    hearing, _ = scheduling(members=[Member("律师")] * number)

    assert len(hearing.members) == number


@pytest.mark.parametrize("number", [2, 8])
def test_too_few_or_too_many_members_are_refused(number):
    with pytest.raises(Rejected) as refused:
        scheduling(members=[Member("律师")] * number)

    assert places(refused) == {("members_out_of_bounds", "/members")}


def test_a_notice_is_refused_with_all_its_faults_at_once():
    with pytest.raises(Rejected) as refused:
        scheduling(
            notified_on=date(2021, 3, 4),
            scheduled_on=date(2021, 3, 5),
            chair_post="局长",
            members=[Member("律师")],
        )

    assert places(refused) == {
        ("date_before_start", "/notified_on"),
        ("notice_too_short", "/scheduled_on"),
        ("no_such_post", "/chair_post"),
        ("members_out_of_bounds", "/members"),
    }


def test_nobody_has_been_told_tomorrow():
    with pytest.raises(Rejected) as refused:
        scheduling(notified_on=date.max, scheduled_on=date.max)

    assert places(refused) == {("date_in_future", "/notified_on")}


@pytest.mark.parametrize(
    ("decided", "code"),
    [
        (None, "hearing_not_decided"),
        (replace(DECIDED, state=State.NOT_NEEDED), "hearing_not_needed"),
        (SCHEDULED, "hearing_scheduled"),
        (RESULTED, "hearing_resulted"),
    ],
)
def test_only_a_decision_to_hold_can_be_scheduled(decided, code):
    with pytest.raises(Conflict) as refused:
        scheduling(decided)

    assert refused.value.code == code


def test_a_sitting_counts_for_a_case_in_scope():
    hearing, event = sitting()

    assert hearing == HELD
    assert event == HearingHeld(
        office="410922",
        case_number=CASE.number,
        occurred_on=date(2021, 3, 15),
        programme="puyang-2020",
        in_scope=True,
        hearing="h1",
    )


def test_a_sitting_put_off_is_recorded_on_its_day():
    hearing, _ = sitting(day=date(2021, 3, 16))

    assert hearing.held_on == date(2021, 3, 16)


@pytest.mark.parametrize(
    ("day", "present", "code"),
    [
        (date(2021, 3, 14), 3, "date_before_start"),
        (date(2021, 3, 17), 3, "date_in_future"),
        (date(2021, 3, 15), 2, "members_present_out_of_bounds"),
        (date(2021, 3, 15), 4, "members_present_out_of_bounds"),
    ],
)
def test_a_sitting_that_cannot_have_been_is_refused(day, present, code):
    with pytest.raises(Rejected) as refused:
        sitting(day=day, present=present)

    assert refused.value.code == code


@pytest.mark.parametrize("hearing", [DECIDED, HELD, RESULTED])
def test_a_hearing_sits_once_and_after_its_notice(hearing):
    with pytest.raises(Conflict) as refused:
        sitting(hearing)

    assert refused.value.code == f"hearing_{hearing.state}"


def test_a_result_says_whether_the_matter_settled():
    hearing, event = ending()

    assert hearing.state is State.RESULTED
    assert event == HearingResulted(
        office="410922",
        case_number=CASE.number,
        occurred_on=date(2021, 3, 17),
        programme="puyang-2020",
        in_scope=True,
        hearing="h1",
        settled=True,
    )


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2021, 3, 14), "date_before_start"),
        (date(2021, 3, 21), "date_in_future"),
    ],
)
def test_a_result_before_the_sitting_or_after_today_is_refused(day, code):
    with pytest.raises(Rejected) as refused:
        ending(day=day)

    assert refused.value.code == code


@pytest.mark.parametrize("hearing", [DECIDED, SCHEDULED, RESULTED])
def test_a_result_is_given_once_and_after_a_sitting(hearing):
    with pytest.raises(Conflict) as refused:
        ending(hearing)

    assert refused.value.code == f"hearing_{hearing.state}"


MERGED = replace(CASE, merged_into="清检信〔2020〕0008号", merged_on=date(2021, 3, 5))


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: deciding(case=MERGED),
        lambda: scheduling(case=MERGED),
        lambda: sitting(case=MERGED),
    ],
)
def test_a_merged_case_has_no_hearings(attempt):
    with pytest.raises(Conflict) as refused:
        attempt()

    assert refused.value.code == "case_merged"
    assert "清检信〔2020〕0008号" in refused.value.problems[0].remedy


def test_what_was_before_the_merge_may_still_be_recorded():
    later = replace(MERGED, merged_on=date(2021, 3, 16))

    assert sitting(case=later)[0].state is State.HELD
    assert ending(case=later)[0].state is State.RESULTED


def test_a_replaced_decision_is_at_its_end():
    assert not [act for state, act in MOVES if state is State.REPLACED]
    assert {act for _, act in MOVES} == set(Act)
