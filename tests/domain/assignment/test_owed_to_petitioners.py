"""
What assignment announces of a petition's duties, so that a citizen is told of them.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.assignment.domain.matter import Matter
from services.assignment.domain.recompute import begin_occurrences, recompute
from shared.policy.current import current_policy
from tests.builders.facts import (
    NUMBER,
    act,
    by_id,
    happened,
    opened,
    registered,
    replied,
    step,
)

POLICY = current_policy()
CHANGED = "assignment.owed_to_petitioner_changed"


def announced(*changes):
    """
    What each change announces as owed, by the ids of the rules.
    """
    return [
        {duty.kind: duty.due_on for duty in event.owed}
        for change in changes
        for event in change.events
        if event.type == CHANGED
    ]


def course(number, *facts):
    """
    The changes of a petition, fact by fact.
    """
    matter, changes = Matter(number), []
    for fact in facts:
        changes.append(recompute(matter, by_id(fact), POLICY))
        matter = changes[-1].matter
    return changes


def signed(name, on, **fields):
    return happened(f"matter.duty_{name}", on, record=f"{name} {on}", **fields)


@pytest.mark.requirement("TL-06", "TL-07")
def test_another_day_by_signed_record_is_announced_and_what_does_not_run_is_not_owed():
    number = "640104001-2022-0000001"
    duty = f"{number}/conclusion_60"
    came = registered(
        date(2022, 6, 1), office="640104001", programme="xq-2020", channel="visit"
    )
    found = course(
        number,
        came,
        step("accepted", date(2022, 6, 6)),
        signed("extended", date(2022, 7, 1), duty=duty, days=30),
        signed("paused", date(2022, 7, 4), duty=duty),
        signed("unpaused", date(2022, 7, 8), duty=duty),
        act("handling_opinion", date(2022, 8, 1)),
    )
    days = [owed.get("conclusion_60") for owed in announced(*found)]

    # 条例第三十四条: 60 days from acceptance, 30 more by signature; the four on
    # which it did not run do not count.
    extended, resumed = date(2022, 9, 4), date(2022, 9, 8)
    assert days == [None, date(2022, 8, 5), extended, None, resumed, None]


@pytest.mark.requirement("DY-28")
def test_what_an_act_discharges_is_owed_no_more():
    came = registered(
        date(2021, 3, 1), office="990101", programme="dy-leaders", channel="letter"
    )
    before, after = announced(
        *course("990101-2021-0000001", came, act("talk_held", date(2021, 3, 3)))
    )

    assert before.keys() - after.keys() == {"talk"}


@pytest.mark.requirement("TL-23")
def test_the_answer_of_each_month_after_three_is_announced_when_it_is_owed():
    came = registered(date(2023, 3, 1), programme="puyang-2020")
    told = [
        replied(day, kind="progress") for day in (date(2023, 6, 1), date(2023, 7, 3))
    ]
    found = course("410922-2023-0000001", came, *told)
    next_month = begin_occurrences(found[-1].matter, date(2023, 7, 4), POLICY)

    # 7月1日 is a Saturday.
    assert announced(*found)[1:] == [{"monthly_followup": date(2023, 7, 3)}, {}]
    assert announced(next_month) == [{"monthly_followup": date(2023, 8, 1)}]


@pytest.mark.requirement("XQ-41")
def test_what_its_case_owes_a_petitioner_is_announced_and_of_a_ledger_nothing():
    of = {"office": "640104001", "programme": "xq-2020"}
    number = "640104001-2020-0000001"
    came = registered(date(2020, 11, 2), channel="visit", **of)
    case = opened(date(2020, 11, 3), **of)

    assert "progress_notice" in announced(*course(number, came, case))[-1]
    assert announced(*course(NUMBER, case)) == []


def test_what_leaves_all_that_is_owed_as_it_was_is_not_announced():
    came = registered(date(2020, 11, 2))
    again = act("met_petitioner", date(2020, 11, 3))

    assert len(announced(*course("410922-2020-0000001", came, again))) == 1
