from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from shared.policy.calendar import Due
from shared.policy.current import current_policy
from shared.policy.programme import UnknownPart
from shared.policy.rule_sets import read_rule_sets

DEPLOY = Path(__file__).parents[4] / "deploy"
CALENDAR = current_policy().calendar
PROGRAMMES = current_policy().programmes
SETS, _ = read_rule_sets(DEPLOY / "rulesets")
XINGQING = PROGRAMMES.get("xq-2020")
PUYANG = PROGRAMMES.get("puyang-2020")
MEIXIAN = PROGRAMMES.get("meixian")


def sources(programme, day, kind):
    own = {rule.id for rule in programme.duties}
    rules = programme.duty_rules(date.fromisoformat(day), kind)
    return {rule.id: rule.source for rule in rules if rule.id not in own}


def test_the_presets_of_appendix_d_are_there():
    assert set(SETS) == {
        "cn-2005",
        "cn-2022",
        "compensation-2012",
        "henan-1997",
        "petition-split-2014",
        "judicial-aid-2014",
        "petition-2007",
        "procuratorate-2019",
        "procuratorate-followup",
        "supervision-2013",
    }
    assert not SETS["henan-1997"].enabled
    assert not SETS["petition-split-2014"].enabled


@pytest.mark.parametrize("name", sorted(SETS))
def test_every_entry_names_its_row_and_its_law(name):
    rule_set = SETS[name]
    entries = [*rule_set.duties, *rule_set.limits, *rule_set.acts]

    assert all(re.search(r"TL-|S\d", each.source) for each in entries)


@pytest.mark.requirement("TL-06", "TL-15")
@pytest.mark.parametrize(
    ("day", "law"), [("2022-04-30", "TL-15"), ("2022-05-01", "TL-06")]
)
def test_the_law_is_that_of_the_day_of_receipt(day, law):
    found = sources(XINGQING, day, "township")

    assert law in found["conclusion_60"]
    assert ("acceptance_notice" in found) is (law == "TL-06")


def test_a_set_binds_only_the_kinds_it_names():
    assert "conclusion_60" not in sources(XINGQING, "2022-06-01", "court")
    assert set(sources(XINGQING, "2022-06-01", "procuratorate")) == {
        "aid_decision",
        "aid_notice",
    }


def test_a_set_that_is_off_binds_nobody():
    assert "finishing_handed" not in sources(PUYANG, "2020-11-20", "procuratorate")
    assert PUYANG.duty_rule("finishing_handed").overridable


@pytest.mark.requirement("MX-19")
def test_an_own_rule_takes_the_place_of_the_laws():
    rules = MEIXIAN.duty_rules(date(2023, 6, 1), "procuratorate")
    [answer] = [rule for rule in rules if rule.id == "three_month_answer"]

    assert answer.source.startswith("MX-19")
    assert not answer.discharged("intake.reply_given", {"kind": "progress"})
    assert answer.discharged("intake.reply_given", {"kind": "result"})


@pytest.mark.parametrize(
    ("day", "bound"), [("2023-02-22", False), ("2023-02-23", True)]
)
def test_monthly_follow_up_begins_with_its_rule(day, bound):
    assert ("monthly_followup" in sources(PUYANG, day, "procuratorate")) is bound


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "2023-07-31"), (1, "2023-08-31"), (2, "2023-10-07"), (3, "2023-10-31")],
)
def test_a_recurring_duty_counts_from_its_start(number, expected):
    rule = MEIXIAN.duty_rule("monthly_followup")
    due = rule.nth_due(number, date(2023, 3, 31), {}, CALENDAR)

    assert due == Due(date.fromisoformat(expected), provisional=False)


def test_a_recurring_duty_ends_with_the_result():
    [ends] = MEIXIAN.duty_rule("monthly_followup").until

    assert ends.fired_by("intake.reply_given", {"kind": "result"})
    assert not ends.fired_by("intake.reply_given", {"kind": "progress"})


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        ("registration", "2020-09-28", "2020-10-13"),
        ("conclusion_60", "2020-12-01", "2021-01-30"),
        ("review", "2021-03-15", "2021-04-14"),
    ],
)
def test_petition_law_does_not_roll_over_rest_days(rule, start, expected):
    day = date.fromisoformat(start)
    due = CALENDAR.due(day, XINGQING.limit(rule, day).limit)

    assert due.day == date.fromisoformat(expected)


def test_limits_can_be_asked_by_name():
    day = date(2021, 3, 1)

    assert str(XINGQING.limit("objection", day).limit) == "5W"
    assert str(PUYANG.limit("procedural_reply", day).limit) == "7N roll"
    assert PUYANG.limit("七日内程序性回复", day) == PUYANG.limit(
        "procedural_reply", day
    )
    with pytest.raises(UnknownPart):
        PUYANG.limit("resolve_by", day)


@pytest.mark.parametrize(
    ("programme", "rule", "day", "code"),
    [
        (PUYANG, "supervision_notice", "2021-07-31", None),
        (PUYANG, "supervision_notice", "2021-08-01", "rule_not_in_force"),
        (PUYANG, "monthly_followup", "2023-02-22", "rule_not_in_force"),
        (PUYANG, "monthly_followup", "2023-02-23", None),
        (PUYANG, "finishing", "2021-03-01", "rule_set_disabled"),
        (XINGQING, "registration", "2021-03-01", None),
        (XINGQING, "registration", "2022-05-01", None),
        (XINGQING, "acceptance_notice", "2022-04-30", "rule_not_in_force"),
        (PUYANG, "procedural_reply", "2030-01-01", None),
    ],
)
def test_a_limit_says_when_it_does_not_bind_on_a_day(programme, rule, day, code):
    on = date.fromisoformat(day)
    found = programme.limit(rule, on).reservation(on)

    assert (found and found[0]) == code


def test_sixty_days_can_be_moved_once_by_thirty_and_the_petitioner_is_told():
    extension = XINGQING.duty_rule("conclusion_60").extension

    assert str(extension.at_most) == "30N"
    assert (extension.times, extension.by) == (1, "chief")
    assert extension.tell_petitioner


def test_a_hearing_stops_the_clock_of_the_final_review():
    rule = XINGQING.duty_rule("final_review")

    assert [each.when["step"].values for each in rule.waits] == [
        ("review_hearing_begun",)
    ]
    assert [each.when["step"].values for each in rule.goes_on] == [
        ("review_hearing_ended",)
    ]


def test_acts_of_the_law_can_be_recorded_while_it_binds():
    before = {act.id for act in XINGQING.acts_on(date(2022, 4, 30), "department")}
    after = {act.id for act in XINGQING.acts_on(date(2022, 5, 1), "department")}

    assert "urgent_reported" in after - before
    assert XINGQING.act("push_plan").needs == ("until", "document", "post")
    with pytest.raises(UnknownPart):
        XINGQING.act("nothing")


def test_a_deployment_without_rule_sets_has_none(tmp_path):
    assert read_rule_sets(tmp_path / "rulesets") == ({}, [])
