"""
Classes of cases: which there are, what a plan answers to, and how cases are counted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.assignment.domain.activities.case_counts import CaseCount, by_value
from services.assignment.domain.leaders.rules import class_problems
from services.assignment.domain.working.plans import plan_problems
from shared.policy.current import current_policy
from shared.vocabulary import CountedBy
from tests.builders.facts import happened
from tests.builders.plans import CAME, PLAN

POLICY = current_policy()
COURTS, DISTRICT, CITY = (
    POLICY.programmes.get(code) for code in ("jiaozuo-2021", "xq-2020", "puyang-2020")
)


def said(case_class, programme, on=CAME, facts=()):
    found = class_problems(case_class, programme.case_classes, on, facts)
    return [problem.code for problem in found]


@pytest.mark.requirement("JZ-06", "XQ-04")
def test_a_case_is_put_into_a_class_of_its_programme():
    assert said("re_entry", COURTS) == said("early_sign", DISTRICT) == []
    assert said(None, CITY) == []
    assert said("re_entry", DISTRICT) == said("re_entry", CITY) == ["no_such_class"]


@pytest.mark.requirement("JZ-06")
@pytest.mark.parametrize(("later", "expected"), [(0, ["already_classed"]), (1, [])])
def test_another_class_is_of_a_later_day(later, expected):
    before = happened(
        "matter.case_appraised", CAME, in_scope=True, case_class="hardship"
    )

    on = CAME + timedelta(later)
    assert said("re_entry", COURTS, on, [before]) == expected
    assert said("hardship", COURTS, on, [before]) == [*expected, "nothing_to_change"]
    assert said(None, COURTS, on, [before]) == []


@pytest.mark.requirement("XQ-04")
def test_the_fourth_group_is_of_persons_and_no_class():
    assert [each.id for each in DISTRICT.case_classes] == [
        "reasonable",
        "hard_old",
        "early_sign",
    ]


@pytest.mark.requirement("JZ-06")
@pytest.mark.parametrize(
    ("programme", "case_class", "expected"),
    [
        (COURTS, None, ["not_classified"]),
        (COURTS, "re_entry", []),
        (DISTRICT, None, []),
    ],
)
def test_a_plan_answers_to_the_class_where_the_programme_says_so(
    programme, case_class, expected
):
    found = plan_problems(
        replace(PLAN, case_class=case_class),
        [],
        programme.plan,
        POLICY.directory,
        opened_on=CAME,
        today=CAME,
        taking_part=(PLAN.office,),
    )

    assert [problem.code for problem in found] == expected


@pytest.mark.requirement("JZ-02", "I-46")
def test_every_kind_has_its_line_and_its_share_of_all():
    counts = [
        CaseCount("enforcement", cases=29, open=20, resolved=5),
        CaseCount("litigation", cases=30, open=30),
        CaseCount("没有的", cases=1),
        CaseCount(None, cases=1),
    ]
    shown = by_value(counts, CountedBy.CASE_KIND, COURTS)

    assert [(each["id"], each["cases"], each["share"]) for each in shown] == [
        ("litigation", 30, "49.2"),
        ("enforcement", 29, "47.5"),
        ("filing", 0, "0.0"),
        ("other", 0, "0.0"),
        ("没有的", 1, "1.6"),
        (None, 1, "1.6"),
    ]
    assert shown[1] == {
        "id": "enforcement",
        "title": "涉执",
        "cases": 29,
        "open": 20,
        "resolved": 5,
        "share": "47.5",
    }


def test_of_no_cases_there_are_no_shares():
    shown = by_value([], CountedBy.DIFFICULTY, CITY)

    assert {each["share"] for each in shown} == {"—"}
    assert [each["title"] for each in shown][:4] == ["一般", "疑难", "骨头案", "钉子案"]
