"""
The ledger under rules that recur, wait, are extended and adjusted by signed record.

The order in which facts become known changes nothing that readers end up with.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.assignment.domain.duties import adjustments, alerts, recurrence
from services.assignment.domain.duties.adjustments import SignedAdjustment
from services.assignment.domain.facts.duties import OccurrenceBegun, PeriodBegun
from services.assignment.domain.facts.leaders import ActRecorded
from services.assignment.domain.facts.received import (
    CaseOpened,
    CaseReinstated,
    CaseWithdrawn,
    PetitionRegistered,
)
from shared.policy.calendar import Calendar, Limit, Override
from shared.policy.conditions import Condition
from shared.policy.current import current_policy
from shared.policy.parts.alerts import COMMON, AlertColours
from shared.policy.parts.duties import DutyRule, Extension, Owner, Trigger, Until
from shared.policy.parts.reports import ReportSchedule
from tests.builders import CITY, COUNTY, facts
from tests.builders.facts import NUMBER, happened
from tests.builders.matters import Known

CN = current_policy().calendar
DIRECTORY = current_policy().directory
START = date(2021, 3, 1)
DAY = timedelta(days=1)
CHIEF, LEADER = "检察长", "副检察长"


def act(name):
    return Trigger(ActRecorded.name, {"act": Condition((name,))})


CONCLUSION = DutyRule(
    id="conclusion",
    title="六十日内办结",
    opened_by=PetitionRegistered.name,
    once=True,
    due=Until(limit=Limit.parse("60N")),
    discharged_by=(act("answered"),),
    resumed_by=(Trigger("matter.case_reopened"),),
    source="TL-06",
    creditor="petitioner",
    owner=Owner(post="chief"),
    extension=Extension(Limit.parse("30N"), "TL-07", tell_petitioner=True),
    pausable=True,
    overridable=True,
    waits=(act("materials_asked"),),
    goes_on=(act("materials_complete"),),
)
FOLLOW_UP = DutyRule(
    id="follow_up",
    title="每月答复",
    opened_by=PetitionRegistered.name,
    due=Until(limit=Limit.parse("4M roll")),
    every=Limit.parse("1M"),
    until=(Trigger("matter.case_resolved"),),
    resumed_by=(Trigger("matter.case_reopened"),),
    discharged_by=(Trigger("intake.reply_given"),),
    source="TL-23",
)
REMEDY = DutyRule(
    id="remedy",
    title="整改",
    opened_by=ActRecorded.name,
    when={"act": Condition(("cause_found",))},
    due=Until(limit=Limit.parse("10N")),
    discharged_by=(act("remedy_done"),),
    discharges="oldest",
    source="PY-49",
)
PROGRAMME = replace(
    current_policy().programmes.get("puyang-2020"),
    duties=(CONCLUSION, FOLLOW_UP, REMEDY),
    law=(),
)


def registered(on=START):
    return facts.registered(on, office=COUNTY)


def done(name, on, **fields):
    return facts.act(name, on, **fields)


def signed(kind, on, duty="conclusion", **fields):
    about = {"duty": f"{NUMBER}/{duty}", "record": f"r-{kind}-{on}"}
    return happened(f"matter.duty_{kind}", on, **about, **fields)


def Matter(calendar=CN, programme=PROGRAMME):  # noqa: N802 - reads as what it makes
    """
    A petition of the county under the rules above.
    """
    return Known(programme, calendar)


def begun(known):
    facts = known.matter.facts.items()
    return {key for key, each in facts if isinstance(each, OccurrenceBegun)}


def codes(problems):
    return {problem.code for problem in problems}


# -- who owes what to whom


def test_a_duty_names_office_post_creditor_and_days_of_warning():
    duty = Matter().learn(registered()).duty("conclusion")

    assert (duty.office, duty.post, duty.creditor) == (COUNTY, CHIEF, "petitioner")
    assert duty.warn_days == PROGRAMME.settings.warn_days


def test_alert_levels_come_from_the_clock_and_from_unanswered_notices():
    matter = Matter().learn(registered())
    duty = matter.duty("conclusion")
    on = {
        day: alerts.alert_level(duty, duty.due_on + DAY * day, COMMON)
        for day in (-4, -3, 0, 1)
    }

    assert on == {-4: "blue", -3: "yellow", 0: "yellow", 1: "red"}
    matter.learn(happened("matter.supervision_issued", START + DAY, notice="n1"))
    assert alerts.alert_level(matter.duty("conclusion"), START, COMMON) == "yellow"
    matter.learn(happened("matter.supervision_answered", START + DAY, notice="n1"))
    assert alerts.alert_level(matter.duty("conclusion"), START, COMMON) == "blue"
    matter.learn(done("answered", START + DAY))
    assert (
        alerts.alert_level(matter.duty("conclusion"), date(2022, 1, 1), COMMON) is None
    )


def test_a_case_is_as_red_as_its_worst_duty_or_a_missing_field():
    owed = [*Matter().learn(registered()).duties.values()]

    def level(duties, lacking=None):
        return alerts.alert_level_of_case(
            duties, START, lacking=lacking, colours_of=lambda _: COMMON
        )

    assert (level(owed), level(owed, COMMON), level([])) == ("blue", "red", None)


@pytest.mark.requirement("MX-17")
def test_the_programme_says_which_colour_a_cause_has():
    """
    Here what nobody answered is red, what is due soon blue, and a missing field yellow.
    """
    own = AlertColours(
        red=("overdue", "supervised"),
        yellow=("field_missing",),
        blue=("due_soon",),
        source="MX-17",
    )
    matter = Matter().learn(registered())
    duty = matter.duty("conclusion")
    on = {
        day: alerts.alert_level(duty, duty.due_on + DAY * day, own)
        for day in (-4, -3, 1)
    }
    matter.learn(happened("matter.supervision_issued", START + DAY, notice="n1"))
    owed = [*Matter().learn(registered()).duties.values()]

    assert on == {-4: None, -3: "blue", 1: "red"}
    assert alerts.alert_level(matter.duty("conclusion"), START, own) == "red"
    assert (
        alerts.alert_level_of_case(owed, START, lacking=own, colours_of=lambda _: own)
        == "yellow"
    )


def test_an_act_discharges_what_it_answers_and_nothing_else():
    matter = Matter().learn(registered(), done("met_petitioner", START + DAY))
    before = matter.duty("conclusion").state
    matter.learn(done("answered", START + DAY * 2))

    assert (before, matter.duty("conclusion").state) == ("open", "discharged")


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


# -- signed records


def test_an_extension_moves_the_due_day_and_is_told_as_a_move():
    matter = Matter().learn(registered())
    before = matter.duty("conclusion").due_on
    matter.learn(signed("extended", START + DAY * 50, days=30))

    assert matter.duty("conclusion").due_on == before + DAY * 30
    assert matter.announced[-1].changes[-1].what == "moved"
    assert matter.announced[-1].changes[-1].due_before == before
    assert matter.overdue_on(before + DAY) == 0
    assert matter.overdue_on(before + DAY * 31) == 1


def extension(matter, on=START + DAY * 50, rule=None, **changes):
    said = {
        "by_office": COUNTY,
        "by_post": CHIEF,
        "reason": "案情复杂",
        "days": 30,
        "told_petitioner_on": on,
        **changes,
    }
    return codes(
        adjustments.extension_problems(
            SignedAdjustment(on=on, **said),
            matter.duty("conclusion"),
            rule or CONCLUSION,
            matter.facts,
            calendar=CN,
            directory=DIRECTORY,
            hub=PROGRAMME.hub,
        )
    )


def test_an_extension_within_cap_and_time_by_the_chief_has_no_fault():
    assert extension(Matter().learn(registered())) == set()


def test_all_that_is_wrong_with_an_extension_is_said_at_once():
    matter = Matter().learn(registered())
    late = matter.duty("conclusion").due_on + DAY
    found = extension(matter, late, days=31, by_post=LEADER, told_petitioner_on=None)

    assert found == {
        "extension_late",
        "extension_too_long",
        "post_not_entitled",
        "petitioner_not_told",
    }
    assert extension(matter, days=None) == {"extension_empty"}
    matter.learn(signed("extended", START + DAY * 50, days=30))
    assert extension(matter) == {"extension_used"}


def test_a_pause_is_not_counted_and_a_paused_duty_is_never_overdue():
    programme = replace(PROGRAMME, duties=(CONCLUSION,))
    matter = Matter(programme=programme).learn(registered())
    due = matter.duty("conclusion").due_on
    matter.learn(signed("paused", START + DAY * 40))

    assert matter.duty("conclusion").state == "paused"
    assert matter.overdue_on(due + DAY * 300) == 0
    matter.learn(signed("unpaused", START + DAY * 100))
    assert (matter.duty("conclusion").state, matter.duty("conclusion").due_on) == (
        "open",
        due + DAY * 60,
    )
    assert matter.overdue_on(due + DAY * 60) == 0
    assert matter.overdue_on(due + DAY * 61) == 1


def test_materials_asked_for_stop_the_clock_until_they_are_complete():
    matter = Matter().learn(registered())
    due = matter.duty("conclusion").due_on
    matter.learn(done("materials_asked", START + DAY * 5))
    waiting = matter.duty("conclusion").state
    matter.learn(done("materials_complete", START + DAY * 25))

    assert waiting == "paused"
    assert matter.duty("conclusion").due_on == due + DAY * 20


def test_a_clock_that_has_run_out_is_not_stopped_any_more():
    matter = Matter().learn(registered())
    due = matter.duty("conclusion").due_on
    matter.learn(done("materials_asked", due + DAY * 5))

    assert (matter.duty("conclusion").state, matter.duty("conclusion").due_on) == (
        "open",
        due,
    )


def test_the_hander_may_set_another_day_and_the_last_one_counts():
    matter = Matter().learn(registered())
    matter.learn(
        signed("overridden", START + DAY, until=date(2021, 3, 5)),
        signed("overridden", START + DAY * 2, until=date(2021, 3, 8)),
    )

    assert matter.duty("conclusion").due_on == date(2021, 3, 8)


def test_a_release_ends_a_duty_with_its_reason():
    matter = Matter().learn(registered(), signed("waived", START + DAY))

    assert matter.duty("conclusion").state == "released"
    assert matter.announced[-1].changes[-1].reason == "duty_waived"
    assert matter.overdue_on(date(2030, 1, 1)) == 1  # the follow-up


def test_rules_without_it_let_nobody_stop_or_set_a_clock():
    duty = Matter().learn(registered()).duty("follow_up/1")
    record = SignedAdjustment(START, COUNTY, CHIEF, "原因", until=START + DAY)

    assert codes(adjustments.pause_problems(duty, FOLLOW_UP)) == {"not_pausable"}
    assert codes(adjustments.override_problems(record, duty, FOLLOW_UP)) == {
        "not_overridable"
    }
    assert codes(adjustments.resumption_problems(record, duty)) == {"duty_not_paused"}


@pytest.mark.parametrize("below", sorted({*DIRECTORY.subtree(CITY, START)} - {CITY}))
def test_no_office_moves_the_duty_of_one_that_is_not_below_it(below):
    duty = replace(Matter().learn(registered()).duty("conclusion"), office=CITY)
    posts = DIRECTORY.office(below).posts
    record = SignedAdjustment(START, below, next(iter(posts)), "原因")
    own = replace(record, by_office=CITY, by_post=CHIEF)
    order = (duty, DIRECTORY, START)

    assert codes(adjustments.in_order(record, *order)) == {"office_unrelated"}
    assert codes(adjustments.in_order(own, *order)) == set()
    assert codes(adjustments.not_from_above(own, duty, "410000")) == {"own_office"}
    assert codes(adjustments.not_from_above(own, duty, CITY)) == set()


def test_an_extension_that_the_hub_grants_is_signed_by_it_or_above():
    matter = Matter().learn(registered())
    by_hub = replace(CONCLUSION, extension=replace(CONCLUSION.extension, by="hub"))

    def faults(office):
        return extension(matter, rule=by_hub, by_office=office, by_post="检察长")

    assert faults(COUNTY) == {"hub_grants"}
    assert faults(PROGRAMME.hub) == set()


@pytest.mark.parametrize(
    "other",
    [
        lambda n: done("comment", START + DAY * n, text=f"第{n}次"),
        lambda n: facts.named(START + DAY * n, (COUNTY, CHIEF)),
        lambda n: registered(START + DAY * n),
        lambda n: signed("extended", START, duty="another", days=n),
    ],
)
def test_a_hundred_edits_and_comments_and_reassignments_move_no_clock(other):
    matter = Matter().learn(registered())
    before, told = dict(matter.duties), len(matter.announced)
    for n in range(1, 101):
        matter.learn(other(n))

    assert matter.duties == before
    assert len(matter.announced) == told


# -- the calendar


def longer_holiday():
    days = [date(2021, 5, 6), date(2021, 5, 7), date(2021, 5, 10)]
    return Calendar(
        {
            d: Override(d, working=False, reason="延长假期", document="测试")
            for d in days
        }
    )


WORKING = replace(
    CONCLUSION, due=Until(limit=Limit.parse("7W")), extension=None, id="reply"
)


def test_a_holiday_lengthened_in_mid_holiday_moves_what_is_open_the_old_day_kept():
    programme = replace(PROGRAMME, duties=(WORKING,))
    matter = Matter(programme=programme).learn(registered(date(2021, 4, 26)))
    before = matter.duty("reply").due_on
    matter.recalculate(longer_holiday())

    assert (before, matter.duty("reply").due_on) == (
        date(2021, 5, 8),
        date(2021, 5, 12),
    )
    moved = matter.announced[-1].changes[-1]
    assert (moved.what, moved.due_before) == ("moved", before)
    assert matter.overdue_on(date(2021, 5, 12)) == 0
    assert matter.overdue_on(date(2021, 5, 13)) == 1


def test_the_spring_festival_of_2020_lengthened_on_january_27th_moves_what_is_open():
    # First 01-24..01-30 with Saturday 02-01 worked; then until 02-02. 7N from 01-25.
    off = {date(2020, 1, day): False for day in range(24, 31)}
    first = Calendar(
        {
            day: Override(day, working=working, reason="春节", document="国办发明电")
            for day, working in {**off, date(2020, 2, 1): True}.items()
        }
    )
    rolling = replace(WORKING, due=Until(limit=Limit.parse("7N roll")))
    programme = replace(PROGRAMME, duties=(rolling,))
    matter = Matter(programme=programme, calendar=first)
    matter.learn(registered(date(2020, 1, 25)))
    before = matter.duty("reply").due_on
    matter.recalculate(current_policy().calendar)

    assert (before, matter.duty("reply").due_on) == (date(2020, 2, 1), date(2020, 2, 3))
    assert matter.announced[-1].changes[-1].due_before == before
    assert [matter.overdue_on(date(2020, 2, day)) for day in (2, 3, 4)] == [0, 0, 1]


def test_what_is_closed_stays_when_the_calendar_is_extended():
    programme = replace(PROGRAMME, duties=(WORKING,))
    matter = Matter(programme=programme).learn(registered(date(2021, 4, 26)))
    matter.learn(done("answered", date(2021, 5, 11)))
    before, told = matter.duty("reply"), len(matter.announced)
    matter.recalculate(longer_holiday())

    assert matter.duty("reply") == before
    assert len(matter.announced) == told


# -- the order of facts

_LATER = {
    "answered": lambda on: done("answered", on),
    "cause": lambda on: done("cause_found", on),
    "remedy": lambda on: done("remedy_done", on),
    "asked": lambda on: done("materials_asked", on),
    "complete": lambda on: done("materials_complete", on),
    "replied": lambda on: happened("intake.reply_given", on, kind="progress"),
    "resolved": lambda on: happened("matter.case_resolved", on),
    "reopened": lambda on: happened("matter.case_reopened", on),
    "extended": lambda on: signed("extended", on, days=10),
    "paused": lambda on: signed("paused", on),
    "unpaused": lambda on: signed("unpaused", on),
    "overridden": lambda on: signed("overridden", on, until=on + DAY * 9),
    "waived": lambda on: signed("waived", on),
    "occurrence": lambda on: OccurrenceBegun(
        on=on, rule="follow_up", of=None, occurrence=(on - START).days % 4 + 1
    ),
}
_drawn = st.lists(
    st.tuples(st.sampled_from(sorted(_LATER)), st.integers(0, 250)),
    max_size=10,
    unique_by=lambda each: (each[0], each[1] % 4) if each[0] == "occurrence" else each,
)


@settings(max_examples=60)
@given(st.data(), _drawn)
def test_the_order_in_which_acts_records_and_occurrences_are_recorded_changes_nothing(
    data, drawn
):
    facts = [registered(), *(_LATER[name](START + DAY * n) for name, n in drawn)]
    usual = Matter().learn(*facts)
    other = Matter().learn(*data.draw(st.permutations(facts)))

    assert other.duties == usual.duties
    assert other.sums() == usual.sums()
    days = {since for _, since in usual.sums()}
    assert all(usual.overdue_on(day) >= 0 for day in days)
