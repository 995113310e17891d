"""
Duties that are owed again and again: follow-ups, reports of periods, milestones.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.assignment.domain.duties import recurrence
from services.assignment.domain.facts.duties import OccurrenceBegun, PeriodBegun
from services.assignment.domain.facts.received import (
    CaseOpened,
    CaseReinstated,
    CaseWithdrawn,
)
from shared.policy.conditions import Condition
from shared.policy.current import current_policy
from shared.policy.parts.duties import DutyRule, Until
from shared.policy.parts.reports import ReportSchedule
from tests.builders import COUNTY, facts
from tests.builders.duty_rules import (
    CN,
    DAY,
    DIRECTORY,
    FOLLOW_UP,
    PROGRAMME,
    START,
    Matter,
    act,
    done,
    registered,
)
from tests.builders.facts import NUMBER, happened


def begun(known):
    facts = known.matter.facts.items()
    return {key for key, each in facts if isinstance(each, OccurrenceBegun)}


# -- what recurs


def test_follow_ups_are_owed_month_after_month_until_the_case_ends():
    matter = Matter().learn(registered(date(2021, 1, 31))).run_until(date(2021, 9, 15))
    matter.learn(happened("matter.case_resolved", date(2021, 9, 16), in_scope=True))
    matter.run_until(date(2022, 12, 31))

    due = [matter.duty(f"follow_up/{n}").due_on for n in range(1, 6)]
    assert due == [
        date(2021, 5, 31),
        date(2021, 6, 30),
        date(2021, 8, 2),  # 31 July is a Saturday.
        date(2021, 8, 31),
        date(2021, 9, 30),
    ]
    assert f"{NUMBER}/follow_up/6" not in matter.duties
    assert matter.duty("follow_up/5").state == "released"


def test_the_answer_in_three_months_is_no_follow_up_but_one_in_the_fourth_is():
    early = Matter().learn(
        registered(), happened("intake.reply_given", date(2021, 5, 31))
    )
    later = Matter().learn(
        registered(), happened("intake.reply_given", date(2021, 6, 20))
    )

    assert early.duty("follow_up/1").state == "open"
    assert later.duty("follow_up/1").state == "discharged"


def test_a_late_follow_up_makes_up_for_the_months_begun_and_not_for_later_ones():
    matter = Matter().learn(registered()).run_until(date(2021, 8, 15))
    matter.learn(happened("intake.reply_given", date(2021, 8, 16)))
    matter.run_until(date(2021, 9, 15))

    states = [matter.duty(f"follow_up/{n}").state for n in (1, 2, 3, 4)]
    assert states == ["discharged", "discharged", "discharged", "open"]


def test_a_clock_that_was_stopped_catches_up_oldest_first_and_begins_nothing_twice():
    daily, late = Matter().learn(registered()), Matter().learn(registered())
    for n in range(500):
        daily.run_until(START + DAY * n)
    late.run_until(START + DAY * 499)

    assert late.duties == daily.duties
    assert begun(late) == begun(daily)
    since = [f.on for f in late.facts if isinstance(f, OccurrenceBegun)]
    assert since == sorted(since)
    assert begun(late.run_until(START + DAY * 499)) == begun(daily)


def test_a_reopened_case_owes_follow_ups_again_but_none_for_the_months_between():
    matter = Matter().learn(registered())
    matter.learn(happened("matter.case_resolved", date(2021, 6, 1)))
    matter.run_until(date(2021, 10, 20))
    resting = len(matter.duties)
    matter.learn(happened("matter.case_reopened", date(2021, 10, 20)))
    matter.run_until(date(2021, 11, 20))

    owed = {d.due_on for d in matter.duties.values() if d.state == "open"}
    assert resting == 2
    assert date(2021, 12, 1) in owed
    assert date(2021, 9, 1) not in owed


@pytest.mark.parametrize("opens", ["case", "petition"])
def test_a_reinstated_case_owes_nothing_that_would_have_begun_while_it_was_withdrawn(
    opens,
):
    of_case = replace(FOLLOW_UP, opened_by=CaseOpened.name)
    rule = of_case if opens == "case" else FOLLOW_UP
    matter = Matter(programme=replace(PROGRAMME, duties=(rule,)))
    if opens == "petition":
        matter.learn(registered())
    matter.learn(facts.opened(START, office=COUNTY, programme=PROGRAMME.code))
    matter.learn(CaseWithdrawn(on=date(2021, 6, 1)))
    matter.learn(CaseReinstated(on=date(2021, 12, 10)))
    matter.run_until(date(2022, 1, 20))

    since = {duty.opened_on for duty in matter.duties.values()}
    while_withdrawn = {d for d in since if date(2021, 6, 1) < d < date(2021, 12, 10)}
    assert bool(while_withdrawn) is (opens == "petition")
    assert max(since) > date(2021, 12, 31)


@pytest.mark.parametrize(
    ("every", "period", "last"),
    [
        ("day", "2021-03-20", "2021-03-20"),
        ("week", "2021-W11", "2021-03-21"),
        ("half_month", "2021-03-b", "2021-03-31"),
        ("month", "2021-03", "2021-03-31"),
        ("quarter", "2021-Q1", "2021-03-31"),
        ("year", "2021", "2021-12-31"),
    ],
)
def test_a_report_is_owed_by_its_office_for_each_period(every, period, last):
    schedule = _schedule(every)
    programme = replace(PROGRAMME, report_schedules=(schedule,))
    there = schedule.period_on(date(2021, 3, 20), CN)
    reports = [*recurrence.reports_of(programme, schedule, there, DIRECTORY)]
    report = next(each for each in reports if each.fact.office == COUNTY)
    matter = Matter(programme=programme)
    matter.learn(report.fact)

    (duty,) = matter.duties.values()
    assert there.id == period
    assert report.number == f"puyang-2020/{COUNTY}/report/{period}"
    assert duty.due_on == date.fromisoformat(last)
    matter.learn(done("reported", duty.due_on, period="another"))
    assert matter.duties[duty.id].state == "open"
    matter.learn(done("reported", duty.due_on, period=period, nil=True))
    assert matter.duties[duty.id].state == "discharged"
    assert len({each.identity for each in reports}) == len(reports)
    assert [*recurrence.reports_of(programme, schedule, there, DIRECTORY)] == reports


def _schedule(every, **more):
    return ReportSchedule(
        id="report",
        title="报告",
        of="each_office",
        every=every,
        report="report",
        act="reported",
        source="TL-46",
        **more,
    )


def test_two_weeks_are_counted_from_their_anchor():
    schedule = _schedule("two_weeks", anchor=date(2021, 3, 15))
    begun = [p.from_ for p in schedule.periods(START, date(2021, 4, 30), CN)]

    assert begun == [
        date(2021, 3, 15),
        date(2021, 3, 29),
        date(2021, 4, 12),
        date(2021, 4, 26),
    ]


def test_a_schedule_begins_with_the_period_under_way_not_with_the_years_before():
    monthly, future = _schedule("month"), _schedule("week", from_=date(2022, 1, 3))

    assert recurrence.first_day(PROGRAMME, monthly, date(2021, 3, 20), CN) == date(
        2021, 3, 1
    )
    assert recurrence.first_day(PROGRAMME, future, date(2021, 3, 20), CN) == date(
        2022, 1, 3
    )


@pytest.mark.requirement("PY-04")
def test_a_milestone_is_owed_by_each_office_where_a_rule_makes_a_duty_of_it():
    rule = DutyRule(
        id="milestone",
        title="化解率达到节点目标",
        opened_by=PeriodBegun.name,
        when={"schedule": Condition(("milestone",))},
        due=Until(fact="until", or_else=date(2022, 12, 31)),
        discharged_by=(act("milestone_met"),),
        source="PY-04",
        once=True,
    )
    programme = replace(PROGRAMME, duties=(rule,))
    begun = [*recurrence.milestones_of(programme, DIRECTORY)]
    ours = [each for each in begun if each.fact.office == COUNTY]
    matter = Matter(programme=programme).learn(ours[0].fact)

    assert [each.fact.period for each in ours] == [
        "2020-12-31",
        "2021-12-31",
        "2022-12-31",
    ]
    assert matter.duty("milestone").due_on == date(2020, 12, 31)
    assert [*recurrence.milestones_of(PROGRAMME, DIRECTORY)] == []


@pytest.mark.parametrize(
    ("began_on", "owed"),
    [
        (date(2020, 11, 1), ["2020-12-31", "2021-12-31", "2022-12-31"]),
        (date(2020, 12, 31), ["2020-12-31", "2021-12-31", "2022-12-31"]),
        (date(2021, 1, 1), ["2021-12-31", "2022-12-31"]),
        (date(2026, 1, 1), []),
    ],
)
def test_a_fresh_system_owes_no_milestone_before_it_began(began_on, owed):
    puyang = current_policy().programmes.get("puyang-2020")
    first = dict(recurrence.first_days(puyang, began_on, DIRECTORY, CN))
    begun = recurrence.milestones_of(
        puyang, DIRECTORY, after=first[recurrence.MILESTONE] - timedelta(days=1)
    )

    assert [each.fact.period for each in begun if each.fact.office == COUNTY] == owed
