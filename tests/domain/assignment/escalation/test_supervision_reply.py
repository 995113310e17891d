"""
The duty that a supervision notice brings with it, as all five programmes have it.
"""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from services.assignment.domain.duties import ledger
from services.assignment.domain.duties.changes import changes_of
from services.assignment.domain.escalation import steps
from services.assignment.domain.facts.notices import (
    NoticeAnswered,
    NoticeEnded,
    NoticeIssued,
    NoticeReturned,
)
from shared.policy.current import current_policy
from tests.builders.programme_story import NUMBER, opened

CODES = ("puyang-2020", "dy-leaders", "xq-2020", "meixian", "jiaozuo-2021")
OPENED, ISSUED = date(2023, 3, 1), date(2023, 3, 6)
REPLY_BY = date(2023, 3, 13)


@pytest.fixture(params=CODES)
def programme(request):
    return current_policy().programmes.get(request.param)


def issued(notice="n1", **said):
    usual = {"duty": None, "to_office": "410922", "step": "notice", "kind": "notice"}
    more = {**usual, **said}
    return NoticeIssued(on=ISSUED, notice=notice, reply_by=REPLY_BY, **more)


def answered(day, notice="n1"):
    on = date(2023, 3, day)
    return NoticeAnswered(on=on, notice=notice, progress=False)


def sent_back(day, notice="n1"):
    return NoticeReturned(on=date(2023, 3, day), notice=notice)


def ended(day, notice="n1"):
    return NoticeEnded(on=date(2023, 3, day), notice=notice)


def replies(programme, *facts):
    """
    The answers owed, by notice.
    """
    computed = ledger.compute(
        NUMBER, "410922", [opened(OPENED), *facts], programme, current_policy().calendar
    )
    return {
        duty.id.rpartition("/")[2]: duty
        for duty in computed
        if steps.is_answer(duty.kind, programme)
    }


def reply(programme, *facts):
    (duty,) = replies(programme, *facts).values()
    return duty


def test_a_notice_is_to_be_answered_by_its_day_by_the_office_it_went_to(programme):
    duty = reply(programme, issued(to_office="410923"))

    assert (duty.state, duty.opened_on, duty.due_on) == ("open", ISSUED, REPLY_BY)
    assert duty.office == "410923"
    assert duty.source


def test_two_notices_are_two_duties_and_each_answer_discharges_its_own(programme):
    found = replies(programme, issued("n1"), issued("n2"), answered(8, "n2"))

    assert {notice: duty.state for notice, duty in found.items()} == {
        "n1": "open",
        "n2": "discharged",
    }


def test_an_answer_sent_back_is_owed_again_with_the_day_it_had(programme):
    duty = reply(programme, issued(), answered(8), sent_back(15))

    assert (duty.state, duty.state_on) == ("open", date(2023, 3, 15))
    assert duty.due_on == REPLY_BY


@pytest.mark.parametrize("day", [8, 9])
def test_sent_back_and_answered_on_one_day_it_is_answered_in_any_order(programme, day):
    facts = issued(), answered(8), sent_back(day), answered(day)
    found = {reply(programme, *order).state for order in permutations(facts)}

    assert found == {"discharged"}


def test_a_notice_that_ended_needs_no_answer_and_says_why(programme):
    before = reply(programme, issued())
    duty = reply(programme, issued(), ended(10))
    (told,) = changes_of(duty, before)

    assert (duty.state, duty.state_on) == ("released", date(2023, 3, 10))
    assert told.what == "released"
    assert told.reason == "supervision_ended"


def test_a_late_answer_is_a_cause_of_its_own_and_not_pressed_for_twice(programme):
    late = steps.causes_of_duty(reply(programme, issued()), programme)
    given = reply(programme, issued(), answered(8))

    assert late == {"unanswered": date(2023, 3, 14)}
    assert steps.causes_of_duty(given, programme) == {}
