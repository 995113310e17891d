"""
The sample of a period's closings, and who may look into which of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assignment.domain.closings import audits
from services.assignment.domain.closings.audits import Drawable
from shared.policy.parts.closing import AuditRules
from tests.builders.case_papers import CONFIRMED, EVALUATED, SELF_CHECKED, WAITING
from tests.builders.facts import happened

TODAY = date(2021, 6, 30)
CLOSINGS = tuple(Drawable(f"c{n}", f"信{n}", "410825900") for n in range(50))
FIFTH = AuditRules(percent=20, source="XQ-26")


def codes(report, found, *, own=False):
    posts = ("院长", "庭长")
    problems = audits.evaluation_problems(report, found, posts, own=own, today=TODAY)
    return [problem.code for problem in problems]


@pytest.mark.requirement("XQ-26")
@given(seed=st.text(max_size=20), order=st.randoms(use_true_random=False))
def test_a_sample_can_be_drawn_again_from_the_same_closings(seed, order):
    shuffled = list(CLOSINGS)
    order.shuffle(shuffled)
    sample = audits.draw(shuffled, seed, FIFTH)

    assert sample == audits.draw(CLOSINGS, seed, FIFTH)
    assert len({*sample}) == 10
    assert {*sample} <= {*CLOSINGS}


def test_another_seed_draws_others_and_none_is_preferred():
    drawn = [
        each for n in range(200) for each in audits.draw(CLOSINGS, f"第{n}次", FIFTH)
    ]
    counts = [drawn.count(each) for each in CLOSINGS]

    assert sum(counts) == 2000
    assert min(counts) > 15
    assert max(counts) < 70


@pytest.mark.parametrize(
    ("percent", "least", "population", "size"),
    [(20, 1, 0, 0), (20, 1, 1, 1), (20, 1, 11, 3), (20, 5, 3, 3), (100, 1, 7, 7)],
)
def test_the_share_is_rounded_up_and_never_below_the_least(
    percent, least, population, size
):
    rules = AuditRules(percent=percent, least=least, source="XQ-26")

    assert rules.size(population) == size


@pytest.mark.parametrize(("percent", "least"), [(0, 1), (101, 1), (20, 0)])
def test_a_share_is_a_percentage(percent, least):
    assert [*AuditRules(percent=percent, least=least, source="x").problems()]


def test_a_period_whose_last_day_has_not_come_is_not_drawn_from():
    later = date(2021, 7, 1)

    assert [*audits.period_problems(TODAY, TODAY, TODAY)] == []
    assert [p.location for p in audits.period_problems(TODAY, later, TODAY)] == [
        "/until"
    ]
    assert [p.location for p in audits.period_problems(later, TODAY, TODAY)] == [
        "/until"
    ]


def test_a_sample_has_somebody_and_not_too_many():
    many = CLOSINGS * 11

    assert [p.code for p in audits.sample_problems(())] == ["nothing_to_draw"]
    assert [p.code for p in audits.sample_problems(many)] == ["sample_too_large"]
    assert [*audits.sample_problems(CLOSINGS)] == []


def test_a_self_check_is_the_own_offices_and_an_evaluation_is_by_others():
    by_who_reviewed = replace(EVALUATED, by=CONFIRMED.reviewed_by)
    by_who_reported = replace(EVALUATED, by=CONFIRMED.submitted_by)
    itself = replace(SELF_CHECKED, on=TODAY, by=CONFIRMED.submitted_by)

    assert codes(CONFIRMED, EVALUATED) == []
    assert codes(CONFIRMED, itself, own=True) == []
    assert codes(CONFIRMED, itself) == ["not_this_office"]
    for found in (by_who_reviewed, by_who_reported):
        assert codes(CONFIRMED, found) == ["own_closing"]


def test_everything_wrong_with_an_evaluation_is_said_at_once():
    wrong = replace(EVALUATED, on=date(2021, 5, 1), post="书记员", unmet=("weather",))
    returned = replace(WAITING, state="returned")

    assert codes(returned, wrong) == [
        "date_before_start",
        "no_such_post",
        "closing_returned",
        "no_such_item",
    ]


def reported(closing):
    return happened("matter.closing_submitted", date(2021, 5, 20), closing=closing)


@pytest.mark.requirement("I-31")
def test_each_closing_counts_as_evaluated_once_however_often_it_was_reported():
    returned = happened("matter.closing_returned", date(2021, 5, 23), closing="c1")
    reported_twice = [reported("c1"), EVALUATED, returned, reported("c2")]

    assert audits.is_first([reported("c1"), SELF_CHECKED], "c1", "evaluation")
    assert not audits.is_first([reported("c1"), EVALUATED], "c1", "evaluation")
    assert not audits.is_first(reported_twice, "c2", "evaluation")
    assert audits.is_first(reported_twice, "c2", "self_check")


@pytest.mark.requirement("I-31")
def test_a_closing_is_evaluated_since_its_last_flow_back_and_not_by_itself():
    back = happened("matter.case_reopened", date(2021, 6, 1))

    assert audits.is_evaluated([reported("c1"), EVALUATED])
    assert not audits.is_evaluated([reported("c1"), SELF_CHECKED])
    assert not audits.is_evaluated([reported("c1"), EVALUATED, back, reported("c2")])


@pytest.mark.requirement("I-31")
def test_an_evaluation_of_an_earlier_closing_counts_for_no_later_one():
    back = happened("matter.case_reopened", date(2021, 6, 1))
    late = [reported("c1"), back, EVALUATED, reported("c2"), EVALUATED]

    assert not audits.is_evaluated(late)
    assert audits.is_evaluated([*late, replace(EVALUATED, closing="c2")])


@pytest.mark.requirement("I-31")
def test_the_day_of_an_evaluation_counts_once_the_closing_has_ended_the_case():
    ended = happened("matter.case_ended", date(2021, 5, 18))
    again = replace(EVALUATED, on=EVALUATED.on + timedelta(days=9))
    ended_before = [reported("c1"), ended, SELF_CHECKED, EVALUATED, again]

    assert audits.evaluated_after(ended_before) == EVALUATED.on
    assert audits.evaluated_after([reported("c1"), EVALUATED, ended, again]) is None
    assert audits.evaluated_after([reported("c1"), ended, SELF_CHECKED]) is None


@pytest.mark.requirement("I-31")
def test_after_a_flow_back_the_next_closing_is_evaluated_anew():
    back = happened("matter.case_reopened", date(2021, 6, 1))
    evaluated_again = replace(EVALUATED, closing="c2")
    closed_twice = [reported("c1"), back, reported("c2")]

    assert audits.is_first([*closed_twice, EVALUATED], "c2", "evaluation")
    assert audits.is_first([*closed_twice, evaluated_again], "c1", "evaluation")
    late = [*closed_twice, EVALUATED, evaluated_again]
    for closing in ("c1", "c2"):
        assert not audits.is_first(late, closing, "evaluation")
