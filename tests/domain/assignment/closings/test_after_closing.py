"""
After a closing: follow-ups, the watch, and the inquiry into each flow-back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.assignment import events
from services.assignment.domain.closings import after
from shared.policy.parts.closing import Coded, Watch
from tests.builders import facts
from tests.builders.facts import happened
from tests.builders.matters import Known

OPENED, RESOLVED = date(2020, 11, 20), date(2021, 3, 1)
CAUSES = (Coded("shirking", "推诿扯皮", "XQ-49"),)


def resolved(on=RESOLVED):
    return happened("matter.case_resolved", on, in_scope=True, confirmed_on=on)


def repeat(on):
    return happened("intake.case_repeated", on)


def inquiry(*known, cause="shirking", on=date(2021, 5, 1), post="综治中心"):
    found = after.inquiry_problems(
        known, cause, CAUSES, post, ["综治中心"], on=on, today=date(2021, 6, 1)
    )
    return [problem.code for problem in found]


@pytest.mark.requirement("XQ-44", "XQ-49")
def test_a_petition_within_the_watch_reopens_the_case_each_time_anew():
    case = Known("xq-2020").learn(
        facts.opened(OPENED, programme="xq-2020", office="640104001"), resolved()
    )
    standings = []
    for day in (date(2021, 4, 1), date(2021, 6, 1)):
        case.learn(repeat(day))
        standings.append(case.matter.standing)
        case.learn(resolved(day + timedelta(days=10)))
    back = [e for e in case.announced if isinstance(e, events.CaseReopened)]
    owed = [duty for duty in case.matter.duties.values() if duty.kind == "traceback"]

    assert standings == ["open", "open"]
    assert [e.occurred_on for e in back] == [date(2021, 4, 1), date(2021, 6, 1)]
    assert [e.was for e in back] == ["resolved", "resolved"]
    assert [duty.opened_on for duty in owed] == [date(2021, 4, 1), date(2021, 6, 1)]
    assert case.matter.standing == "resolved"


@pytest.mark.parametrize("days", [0, 181])
def test_a_petition_outside_the_watch_reopens_nothing(days):
    case = Known("xq-2020").learn(
        facts.opened(OPENED, programme="xq-2020", office="640104001"), resolved()
    )
    case.learn(repeat(RESOLVED + timedelta(days=days)))

    assert case.matter.standing == "resolved"


def test_without_a_watch_and_after_other_endings_nothing_is_watched():
    watch = Watch(180, "A-21")

    assert after.watched_until("resolved", RESOLVED, None) is None
    assert after.watched_until("resolved", RESOLVED, replace(watch, days=0)) is None
    assert after.watched_until("ended", RESOLVED, watch) is None
    assert after.watched_until("resolved", None, watch) is None
    assert after.watched_until("resolved", RESOLVED, watch) == date(2021, 8, 28)


def test_only_a_closed_case_is_followed_up_and_counted_once_for_each_closing():
    followed = happened("matter.case_followed_up", date(2021, 3, 5))
    open_case = after.follow_up_problems(
        "open", RESOLVED, None, RESOLVED - timedelta(days=1)
    )

    assert [p.code for p in open_case] == ["case_not_closed", "date_in_future"]
    assert after.is_first([resolved()])
    assert not after.is_first([resolved(), followed])
    assert after.is_first([resolved(), followed, resolved(date(2021, 5, 1))])


@pytest.mark.requirement("XQ-49")
def test_each_flow_back_has_one_inquiry_with_a_cause_and_the_first_handler():
    back = happened("matter.case_reopened", date(2021, 4, 1))
    done = happened("matter.inquiry_concluded", date(2021, 4, 9))

    assert inquiry() == inquiry(back, done) == ["nothing_to_inquire"]
    assert inquiry(back) == inquiry(back, done, back) == []
    assert inquiry(back, cause="没有", on=date(2021, 3, 1), post="没有") == [
        "date_before_start",
        "no_such_post",
        "no_such_cause",
    ]


def test_a_petition_that_came_while_the_case_was_merged_away_reopens_it_afterwards():
    """
    Whether it was heard of before the merge was undone or together with it; one that
    was withdrawn meanwhile reopens nothing.
    """
    merged_on, back_on = RESOLVED + timedelta(days=5), RESOLVED + timedelta(days=20)
    merged = happened("intake.case_merged", merged_on)
    unmerged = happened("intake.case_unmerged", back_on)
    came = repeat(RESOLVED + timedelta(days=10))
    gone = happened(
        "intake.case_repeat_withdrawn", came.on, repeated_on=came.on, received_on=None
    )

    def after_facts(*learnt):
        case = Known("xq-2020").learn(
            facts.opened(OPENED, programme="xq-2020", office="640104001"), resolved()
        )
        for each in learnt:
            case.learn(*each)
        back = [e for e in case.announced if isinstance(e, events.CaseReopened)]
        return case.matter.standing, [e.occurred_on for e in back]

    assert after_facts([merged], [came]) == ("resolved", [])
    assert after_facts([merged], [came], [unmerged]) == ("open", [back_on])
    assert after_facts([merged], [came, unmerged]) == ("open", [back_on])
    assert after_facts([merged, came]) == ("resolved", [])
    assert after_facts([merged], [came], [gone], [unmerged]) == ("resolved", [])
