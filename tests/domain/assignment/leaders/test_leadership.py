"""
Who leads a case, and from which day it counts as led (PY-17, PY-23, PY-24).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.assignment import events
from services.assignment.domain.facts.base import Step
from services.assignment.domain.facts.leaders import CaseAppraised, LeadersConfirmed
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseMerged,
    CaseOpened,
    CaseUnmerged,
)
from services.assignment.domain.leaders import leadership
from services.assignment.domain.leaders import rules as naming
from shared.policy.current import current_policy
from tests.builders import CITY, COUNTY, case_opened, led_case_opened
from tests.builders.facts import handed_down

NUMBER = "清检控申〔2020〕007号"
START = date(2020, 11, 20)
DEPARTMENT = "第五检察部"
CHIEF, DEPUTY = "检察长", "副检察长"


def opened(**changes):
    return CaseOpened.from_fields(START, vars(case_opened(NUMBER, **changes)))


def led_opened(**changes):
    return CaseOpened.from_fields(START, vars(led_case_opened(NUMBER, **changes)))


def named(on, *leaders, department=DEPARTMENT):
    return LeadersConfirmed(on=on, leaders=leaders, department=department)


def compute(*facts, office=COUNTY):
    rules = current_policy()
    programme = rules.programmes.get("puyang-2020")
    return leadership.compute(office, facts, programme, rules.directory)


def gaps(found):
    return {gap.code for gap in found.gaps}


def test_a_case_screened_by_the_office_needs_a_leader_of_its_own_and_a_department():
    found = compute(opened())

    assert gaps(found) == {"own_leader_missing", "department_missing"}
    assert found.steps == ()


def test_it_is_led_from_the_day_the_last_of_them_was_named():
    leader = named(date(2020, 11, 25), (COUNTY, CHIEF), department=None)
    department = named(date(2020, 12, 3))
    found = compute(opened(), leader, department)

    assert found.steps == (Step(date(2020, 12, 3), "named"),)
    assert found.gaps == ()


def test_leaders_and_department_of_the_ledger_count_from_the_day_reported():
    assert compute(led_opened()).steps == (Step(START, "named"),)


def test_a_case_handed_down_needs_leaders_of_two_levels():
    found = compute(led_opened(handed=True))
    both = compute(led_opened(handed=True), named(date(2020, 12, 1), (CITY, DEPUTY)))

    assert gaps(found) == {"hub_leader_missing"}
    assert both.steps == (Step(date(2020, 12, 1), "named"),)


def test_the_citys_own_case_needs_one_leader_for_both_levels():
    case = led_opened(
        handed=True, office=CITY, leaders=((CITY, DEPUTY),), department="第九检察部"
    )

    assert compute(case, office=CITY).gaps == ()


def test_a_batch_makes_a_case_handed_down_so_that_it_is_no_longer_led():
    batch = handed_down(date(2020, 12, 5))
    later = named(date(2020, 12, 9), (CITY, CHIEF))
    found = compute(led_opened(), batch, later)

    assert found.handed
    assert found.steps == (
        Step(START, "named"),
        Step(date(2020, 12, 5), "released"),
        Step(date(2020, 12, 9), "named"),
    )


def test_a_batch_older_than_the_ledger_row_counts_from_the_beginning():
    batch = handed_down(date(2020, 11, 2))

    assert compute(led_opened(), batch).steps == ()


def test_a_leader_named_anew_replaces_those_of_the_same_office_only():
    found = compute(
        led_opened(handed=True),
        named(date(2020, 12, 1), (CITY, CHIEF)),
        named(date(2020, 12, 8), (COUNTY, DEPUTY)),
    )

    assert set(found.leaders) == {(CITY, CHIEF), (COUNTY, DEPUTY)}


def test_naming_without_a_department_keeps_the_one_there_was():
    found = compute(
        led_opened(), named(date(2020, 12, 1), (COUNTY, DEPUTY), department=None)
    )

    assert found.department == DEPARTMENT


@pytest.mark.parametrize(
    "leader",
    [(COUNTY, "检察官"), (COUNTY, "无此职务"), ("410923", CHIEF), ("419999", CHIEF)],
)
def test_who_is_no_leader_of_the_responsible_office_does_not_count(leader):
    assert gaps(compute(opened(), named(START, leader))) == {"own_leader_missing"}


def test_a_merged_case_is_not_led_until_it_is_unmerged():
    found = compute(
        led_opened(),
        CaseMerged(on=date(2020, 12, 1)),
        CaseUnmerged(on=date(2020, 12, 8)),
    )

    assert [step.kind for step in found.steps] == ["named", "released", "named"]
    assert compute(led_opened(), CaseMerged(on=START)).merged


def test_what_changed_is_announced_once_and_what_was_taken_back_is_undone():
    def announced(found, before=()):
        told = leadership.announcements(
            found,
            before,
            number=NUMBER,
            office=COUNTY,
            programme="puyang-2020",
            in_scope=True,
        )
        return [(type(event), event.occurred_on) for event in told]

    late = compute(opened(), named(date(2020, 12, 8), (COUNTY, CHIEF)))
    early = compute(led_opened())

    assert announced(late) == [(events.LeaderNamed, date(2020, 12, 8))]
    assert announced(late, late.steps) == []
    assert announced(early, late.steps) == [
        (events.LeaderReleased, date(2020, 12, 8)),
        (events.LeaderNamed, START),
    ]


def test_posts_that_do_not_exist_are_all_named_at_once_with_what_may_stand_there():
    posts = [("419999", CHIEF), (COUNTY, "科长"), (COUNTY, "检察官"), (COUNTY, CHIEF)]
    rules = current_policy()
    programme = rules.programmes.get("puyang-2020")
    faults = list(
        naming.posts_problems(
            posts, "无此部门", COUNTY, rules.directory, programme=programme, on=START
        )
    )

    assert [(fault.code, fault.location) for fault in faults] == [
        ("no_such_office", "/leaders/0/office"),
        ("no_such_post", "/leaders/1/post"),
        ("post_not_eligible", "/leaders/2/post"),
        ("no_such_department", "/department"),
    ]
    assert CHIEF in faults[1].remedy
    assert "检察官" not in faults[2].remedy.split("：")[1]


def test_a_leader_of_an_office_that_is_not_above_the_responsible_one_is_refused():
    posts = [("410923", CHIEF), ("410900", CHIEF), (COUNTY, CHIEF)]
    rules = current_policy()
    (fault,) = naming.posts_problems(
        posts,
        None,
        COUNTY,
        rules.directory,
        programme=rules.programmes.get("puyang-2020"),
        on=START,
    )

    assert (fault.code, fault.location) == ("office_unrelated", "/leaders/0/office")
    assert "南乐县" in fault.detail


def appraised(on, **judged):
    return CaseAppraised(on=on, in_scope=True, **judged)


def test_the_mark_sensitive_expires_after_its_day_of_review():
    review = date(2021, 1, 4)
    marked = appraised(date(2020, 12, 1), sensitive=True, review_on=review)
    found = compute(opened(), marked)
    again = compute(opened(), marked, appraised(review, sensitive=False))

    assert found.sensitive_until == review
    assert found.traits_on(review)["sensitive"] is True
    assert found.traits_on(date(2021, 1, 5))["sensitive"] is False
    assert again.sensitive_until is None


def corrected(on, *changed, **said):
    now = vars(case_opened(NUMBER, **said)) | {"correction": 1, "changed": changed}
    return CaseCorrected.from_fields(on, now)


@pytest.mark.requirement("PY-26")
def test_a_mark_of_a_ledger_row_holds_as_long_as_a_programme_lets_one_hold():
    """
    Ninety days in Puyang's programme; a row that is corrected in other cells leaves it.
    """
    later = START + timedelta(days=60)
    marked = opened(sensitive=True)
    after_correction = compute(marked, corrected(later, "repeats", sensitive=True))
    anew = compute(opened(), corrected(later, "sensitive", sensitive=True))
    gone = compute(marked, corrected(later, "sensitive"))

    assert after_correction.sensitive_until == START + timedelta(days=90)
    assert (
        after_correction.traits_on(after_correction.sensitive_until)["sensitive"]
        is True
    )
    assert after_correction.traits_on(START + timedelta(days=91))["sensitive"] is False
    assert anew.sensitive_until == later + timedelta(days=90)
    assert (gone.sensitive_until, gone.traits["sensitive"]) == (None, False)
    assert compute(opened()).sensitive_until is None
    # Where it stands later too, what a person judged before is not marked anew.
    judged = appraised(START - timedelta(days=1), sensitive=False)
    assert compute(marked, judged).sensitive_until is None


@pytest.mark.parametrize(
    "programme", ["puyang-2020", "xq-2020", "meixian", "jiaozuo-2021", "dy-leaders"]
)
def test_what_is_marked_sensitive_is_owed_a_review_in_every_programme(programme):
    found = current_policy().programmes.get(programme)
    rule = found.duty_rule("sensitive_review")

    assert found.settings.sensitive_days
    assert (
        rule.due.fact,
        rule.opens("matter.case_appraised", {"sensitive": True}),
    ) == (
        "review_on",
        True,
    )
    assert found.act("intervention_noted").needs == ("post", "text")


@pytest.mark.parametrize(("days", "codes"), [(90, []), (91, ["review_too_late"])])
def test_a_mark_is_looked_at_again_after_so_many_days_at_most(days, codes):
    judged = {"sensitive": True}
    review = START + timedelta(days=days)
    found = naming.appraisal_problems(judged, START, review, most=90)

    assert [problem.code for problem in found] == codes


@pytest.mark.requirement("XQ-51")
def test_the_unit_that_answers_by_place_is_that_of_the_ledger_until_another_is_named():
    known = opened(territorial_office="640104001")
    other = LeadersConfirmed(
        on=START, leaders=(), department=None, territorial_office="640104002"
    )

    assert compute(known).territorial_office == "640104001"
    assert compute(known, other).territorial_office == "640104002"
