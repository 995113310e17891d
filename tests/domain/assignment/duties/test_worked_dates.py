"""
A worked date for every row of the table of time limits that a file uses.

Counted by hand with the State Council's notices; in time on the day before and on the
day, overdue the day after. A rule without a worked date here fails the last test.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.duties.instances import DutyInstance
from services.assignment.domain.duties.transitions import run
from shared.policy.current import current_policy
from shared.policy.rule_sets import read_rule_sets
from tests.builders.facts import happened

DEPLOY = Path(__file__).parents[4] / "deploy"
SETS, _ = read_rule_sets(DEPLOY / "rulesets")
CN = current_policy().calendar
DAY = timedelta(days=1)
ROW = re.compile(r"TL-\d\d")

# file, entry: from, last day. 2020-10-01..08 and 2021-10-01..07 were holidays.
DUTIES = {
    ("cn-2005", "registration"): ("2020-09-28", "2020-10-13"),
    ("cn-2005", "conclusion_60"): ("2020-09-28", "2020-11-27"),
    ("cn-2005", "review"): ("2020-09-28", "2020-10-28"),
    ("cn-2005", "final_review"): ("2021-03-15", "2021-04-14"),
    # A Saturday, and a Sunday within the Dragon Boat holiday: nothing rolls.
    ("cn-2022", "registration"): ("2022-05-06", "2022-05-21"),
    ("cn-2022", "acceptance_notice"): ("2022-05-06", "2022-05-21"),
    ("cn-2022", "conclusion_60"): ("2022-05-06", "2022-07-05"),
    ("cn-2022", "review"): ("2022-05-06", "2022-06-05"),
    ("cn-2022", "final_review"): ("2022-05-06", "2022-06-05"),
    ("cn-2022", "urgent_report"): ("2022-05-06", "2022-05-07"),
    ("cn-2022", "recommendation_answer"): ("2022-05-06", "2022-06-05"),
    # Saturday 2022-05-07 was worked.
    ("cn-2022", "simple_answer"): ("2022-05-06", "2022-05-19"),
    # A last day of February on a Sunday rolls.
    ("compensation-2012", "compensation_decision"): ("2020-12-31", "2021-03-01"),
    ("compensation-2012", "reconsideration_decision"): ("2020-12-31", "2021-03-01"),
    ("henan-1997", "moving_on"): ("2020-09-28", "2020-10-03"),
    ("henan-1997", "finishing"): ("2020-09-28", "2020-10-28"),
    ("henan-1997", "finishing_handed"): ("2020-09-28", "2020-12-27"),
    ("henan-1997", "returning"): ("2020-09-28", "2020-10-03"),
    ("petition-2007", "urgent_handling"): ("2019-05-06", "2019-05-06"),
    ("petition-2007", "passing_on"): ("2020-09-28", "2020-10-09"),
    ("petition-2007", "acceptance_notice"): ("2020-09-28", "2020-10-13"),
    ("procuratorate-2019", "procedural_reply"): ("2020-09-28", "2020-10-09"),
    # Saturday 2021-02-20 was worked after the Spring Festival.
    ("procuratorate-2019", "three_month_answer"): ("2020-11-20", "2021-02-20"),
    ("puyang-2020", "everyday_outcome"): ("2020-11-20", "2021-02-20"),
    ("procuratorate-2019", "acceptance"): ("2020-09-28", "2020-10-09"),
    ("procuratorate-2019", "clue_passing"): ("2021-09-30", "2021-10-08"),
    ("procuratorate-2019", "obstruction_answer"): ("2021-09-24", "2021-10-08"),
    ("procuratorate-2019", "illegality_opinion"): ("2021-03-15", "2021-03-30"),
    ("procuratorate-2019", "illegality_reasons_opinion"): ("2021-03-15", "2021-03-30"),
    ("procuratorate-2019", "not_filed_notice"): ("2020-09-28", "2020-10-13"),
    ("procuratorate-2019", "appeal_review"): ("2020-11-30", "2021-03-01"),
    ("procuratorate-2019", "appeal_notice"): ("2021-09-24", "2021-10-08"),
    ("judicial-aid-2014", "aid_decision"): ("2021-03-01", "2021-03-15"),
    # Saturday 2021-10-09 was worked.
    ("judicial-aid-2014", "aid_notice"): ("2021-09-30", "2021-10-09"),
    ("procuratorate-followup", "monthly_followup"): ("2023-03-01", "2023-07-03"),
    ("petition-split-2014", "split_province"): ("2022-05-06", "2022-05-09"),
    ("petition-split-2014", "split_city"): ("2022-05-06", "2022-05-09"),
    ("petition-split-2014", "split_county"): ("2022-05-06", "2022-05-10"),
    ("supervision-2013", "supervision_notice"): ("2021-09-30", "2021-10-08"),
    ("supervision-2013", "supervision_move"): ("2021-09-30", "2021-10-08"),
    ("supervision-2013", "supervision_review"): ("2020-11-30", "2021-03-01"),
    ("supervision-2013", "supervision_decision"): ("2020-09-28", "2020-10-13"),
    ("supervision-2013", "supervision_pass_down"): ("2021-09-30", "2021-10-08"),
    ("puyang-2020", "procedural_reply"): ("2020-11-21", "2020-11-30"),
    ("puyang-2020", "three_month_answer"): ("2020-11-20", "2021-02-20"),
    ("meixian", "three_month_answer"): ("2020-11-20", "2021-02-20"),
    ("puyang-2020", "aid_decision"): ("2021-04-02", "2021-04-19"),
    # Saturday 2023-10-07 was worked after the holidays.
    ("meixian", "procedural_reply"): ("2023-09-22", "2023-10-07"),
    ("jiaozuo-2021", "ledger"): ("2021-03-15", "2021-03-17"),
    ("jiaozuo-2021", "meeting"): ("2021-09-30", "2021-10-02"),
    ("jiaozuo-2021", "progress_report"): ("2021-03-15", "2021-03-22"),
    ("jiaozuo-2021", "conclusion"): ("2021-03-15", "2021-04-14"),
    ("xq-2020", "push_plan"): ("2020-10-27", "2020-12-31"),
    ("xq-2020", "push_plan_done"): ("2020-12-20", "2021-12-31"),
    ("xq-2020", "policy_answer"): ("2021-03-15", "2021-04-14"),
}
LIMITS = {
    ("cn-2005", "review_request"): ("2020-09-28", "2020-10-28"),
    ("cn-2005", "final_review_request"): ("2020-09-28", "2020-10-28"),
    ("cn-2022", "objection"): ("2022-05-06", "2022-05-12"),
    ("cn-2022", "review_request"): ("2022-05-06", "2022-06-05"),
    ("cn-2022", "final_review_request"): ("2022-05-06", "2022-06-05"),
    ("compensation-2012", "compensation_reconsideration"): ("2021-09-07", "2021-10-08"),
    ("petition-split-2014", "split_national"): ("2022-05-06", "2022-05-11"),
    ("henan-1997", "objection_henan"): ("2020-09-28", "2020-10-03"),
    ("procuratorate-2019", "hearing_notice"): ("2021-03-15", "2021-03-18"),
    ("procuratorate-2019", "reconsideration_request"): ("2021-09-24", "2021-10-08"),
    ("procuratorate-2019", "non_prosecution_appeal"): ("2020-09-28", "2020-10-09"),
    ("puyang-2020", "objections"): ("2020-09-28", "2020-10-12"),
    ("xq-2020", "objections"): ("2021-03-15", "2021-03-22"),
}
# From the day that would have been due.
EXTENSIONS = {
    ("cn-2005", "conclusion_60"): ("2020-11-27", "2020-12-27"),
    ("cn-2022", "conclusion_60"): ("2022-07-05", "2022-08-04"),
    ("henan-1997", "finishing"): ("2020-10-28", "2020-12-27"),
    ("henan-1997", "finishing_handed"): ("2020-12-27", "2021-03-27"),
    ("procuratorate-2019", "appeal_review"): ("2021-03-01", "2021-06-01"),
    ("supervision-2013", "supervision_review"): ("2021-03-01", "2021-06-01"),
}
# A day of the period, and the last day for its report (TL-44, TL-45 are JZ's own).
SCHEDULES = {
    ("dy-leaders", "hearing_bulletin"): ("2021-03-10", "2021-03-18"),
    ("xq-2020", "feedback"): ("2020-10-28", "2020-11-02"),
    ("xq-2020", "bulletin"): ("2020-11-15", "2020-12-07"),
    ("xq-2020", "analysis"): ("2020-12-15", "2021-01-15"),
    ("jiaozuo-2021", "day_report"): ("2021-03-20", "2021-03-20"),
    ("jiaozuo-2021", "two_weeks"): ("2021-03-20", "2021-03-31"),
}
FILES = {**{each.code: each for each in current_policy().programmes}, **SETS}


def worked(table):
    return [
        pytest.param(
            next(e for e in part(FILES[file], table) if e.id == name),
            *map(date.fromisoformat, days),
            id=f"{file}-{name}",
        )
        for (file, name), days in table.items()
    ]


def part(file, table):
    """
    The entries of a file that a table is about, as far as each has a limit.
    """
    if table is SCHEDULES:
        return getattr(file, "report_schedules", ())
    if table is not LIMITS:
        return file.duties
    objections = getattr(file, "objections", None)
    own = (
        (_Named("objections", objections.limit, objections.source),)
        if objections
        else ()
    )
    return (*getattr(file, "limits", ()), *own)


class _Named:
    def __init__(self, name, limit, source):
        self.id, self.limit, self.source = name, limit, source


@pytest.mark.parametrize(("rule", "start", "last"), worked(DUTIES))
def test_a_duty_is_in_time_until_its_day_and_overdue_the_day_after(rule, start, last):
    fields = {rule.per: "one"} if rule.per else {}
    opening = happened(rule.opened_by, start, **fields)
    deadline = run(DutyInstance(rule, opening, start, start), "one", [], CN).deadline
    duty = Duty(
        id="one",
        number="one",
        office="one",
        programme="one",
        kind=rule.id,
        title=rule.title,
        source=rule.source,
        opened_on=start,
        due_on=deadline.due(CN).day,
        provisional=deadline.due(CN).provisional,
        steps=(),
    )

    assert duty.due_on == last
    assert not duty.provisional
    assert [duty.shown_state(last + n * DAY) for n in (-1, 0, 1)] == [
        "open",
        "open",
        "overdue",
    ]


@pytest.mark.parametrize(("named", "start", "last"), worked(LIMITS))
def test_a_named_limit_ends_on_its_day(named, start, last):
    assert CN.due(start, named.limit).day == last


@pytest.mark.parametrize(("rule", "due", "last"), worked(EXTENSIONS))
def test_an_extension_ends_at_the_latest_so_long_after_the_due_day(rule, due, last):
    assert CN.due(due, rule.extension.at_most).day == last


@pytest.mark.parametrize(("schedule", "day", "last"), worked(SCHEDULES))
def test_a_report_is_due_so_long_after_its_period(schedule, day, last):
    period = schedule.period_on(day, CN)

    due = CN.due(period.to, schedule.due).day if schedule.due else period.to
    assert due == last


def test_one_month_from_the_thirty_first_of_january_is_the_last_of_february():
    # The monthly word of XQ-41, in a leap year and in another.
    rule = FILES["xq-2020"].duty_rule("progress_notice")

    assert rule.nth_due(0, date(2020, 1, 31), {}, CN).day == date(2020, 2, 29)
    assert rule.nth_due(0, date(2021, 1, 31), {}, CN).day == date(2021, 2, 28)
    assert rule.nth_due(1, date(2020, 1, 31), {}, CN).day == date(2020, 3, 31)


@pytest.mark.parametrize(
    ("rule", "start", "provisional"),
    [
        ("aid_decision", date(2026, 12, 28), True),
        ("aid_decision", date(2026, 12, 10), False),
        ("procedural_reply", date(2026, 12, 29), True),
    ],
)
def test_a_day_of_2027_is_provisional_until_its_holidays_are_published(
    rule, start, provisional
):
    due = FILES["puyang-2020"].duty_rule(rule).nth_due(0, start, {}, CN)

    assert (due.day.year == 2027, due.provisional) == (provisional, provisional)


@pytest.mark.parametrize(
    "table",
    [DUTIES, LIMITS, EXTENSIONS, SCHEDULES],
    ids=["duties", "limits", "extensions", "report_schedules"],
)
def test_whatever_cites_a_row_of_the_table_of_limits_has_a_worked_date(table):
    assert without_worked_date(table, FILES) == set()


def test_a_rule_added_without_a_worked_date_is_found():
    puyang = FILES["puyang-2020"]
    added = replace(puyang.duty_rule("remedy"), id="added", source="TL-21")
    changed = replace(puyang, duties=(*puyang.duties, added))

    assert without_worked_date(DUTIES, {"puyang-2020": changed}) == {
        ("puyang-2020", "added")
    }


def without_worked_date(table, files):
    return {
        (name, each.id)
        for name, file in files.items()
        for each in part(file, table)
        if ROW.search(source_of(each, table)) and (name, each.id) not in table
    }


def source_of(entry, table):
    if table is not EXTENSIONS:
        return entry.source
    return entry.extension.source if entry.extension else ""
