"""
What a province's scheme asks of leaders: first petitions, stubborn cases, floors.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.assignment.domain.leaders import leadership
from services.assignment.domain.leaders.workload import CaseGroup, Measuring
from shared.policy.current import current_policy
from tests.builders.programme_story import (
    Story,
    act,
    happened,
    named,
    opened,
    programme_of,
    registered,
    replied,
    reports,
)

CODE = "dy-leaders"
COUNTY, CITY, PROVINCE = "990101", "990100", "990000"
CAME = date(2021, 4, 6)


def the_case(*facts, office=COUNTY, **said):
    return Story(CODE, office, opened(CAME, resolve_by=None, **said), *facts)


def petition(*facts, channel="letter", office=COUNTY):
    return Story(CODE, office, registered(CAME, channel=channel), *facts)


def led(*leaders):
    return named(CAME, *leaders, department="控告申诉检察部")


# -- what is owed


def test_a_case_owes_a_leader_and_a_word_on_the_hearing():
    assert the_case().owed() == {
        "leader_named": (COUNTY, None, date(2021, 4, 13)),
        "hearing_decision": (COUNTY, None, date(2021, 7, 6)),
    }


@pytest.mark.requirement("DY-27")
@pytest.mark.parametrize(
    ("channel", "talk"),
    [("letter", True), ("online", True), ("phone", False), ("visit", False)],
)
def test_who_wrote_is_talked_to(channel, talk):
    # DY-27: from a text message to a talk; who called or came was talked to.
    owed = petition(channel=channel).due()

    assert owed == {
        "procedural_reply": date(2021, 4, 13),
        "three_month_answer": date(2021, 7, 6),
        **({"talk": date(2021, 4, 13)} if talk else {}),
    }


@pytest.mark.requirement("DY-28")
@pytest.mark.parametrize(
    ("office", "talk"), [(COUNTY, True), (CITY, False), (PROVINCE, False)]
)
def test_grass_roots_offices_owe_the_talk(office, talk):
    # DY-28: all grass-roots offices, and the cities that are able, named in the file.
    assert ("talk" in petition(office=office).due()) == talk


@pytest.mark.requirement("DY-28")
def test_a_city_that_is_able_owes_the_talk_once_the_file_names_it():
    (talk,) = [rule for rule in programme_of(CODE).duties if rule.id == "talk"]
    able = replace(talk.binds, offices=(CITY,))
    directory = current_policy().directory

    assert able.includes(directory.office(CITY))
    assert able.includes(directory.office(COUNTY))
    assert not able.includes(directory.office(PROVINCE))


@pytest.mark.parametrize(
    ("mode", "open_"),
    [
        ("sms", {"talk", "three_month_answer"}),
        ("letter", {"talk", "three_month_answer"}),
        ("phone", {"three_month_answer"}),
        ("video", {"three_month_answer"}),
        ("in_person", {"three_month_answer"}),
    ],
)
def test_a_text_message_is_a_reply_and_no_talk(mode, open_):
    told = petition(replied(date(2021, 4, 8), "procedural", mode))

    assert told.open() == open_


def test_the_number_masked_in_the_source_is_said_to_be():
    masked = [rule.id for rule in programme_of(CODE).duties if rule.masked]

    assert masked == ["procedural_reply", "talk", "rectification"]


@pytest.mark.requirement("DY-09")
def test_findings_of_the_special_check_are_mended():
    # DY-09.
    case = the_case(act("check_begun", date(2021, 5, 6)))

    assert case.due()["rectification"] == date(2021, 8, 6)


# -- who leads


def test_the_first_petition_at_the_grass_roots_is_led_by_a_leader_of_the_office():
    first = the_case(first_petition=True)

    assert first.gaps == ["缺少甲市子县人民检察院的院领导包案。", "未落实责任部门。"]
    assert the_case(led((COUNTY, "副检察长")), first_petition=True).gaps == []
    assert first.states()["leader_named"][0] == "open"


def test_a_later_petition_and_one_at_the_city_need_none():
    assert the_case().gaps == []
    assert the_case(office=CITY, first_petition=True).gaps == []


@pytest.mark.requirement("DY-15")
@pytest.mark.parametrize("difficulty", ["bone", "nail"])
def test_a_stubborn_case_has_a_unit_of_three_levels(difficulty):
    # DY-15.
    three = led((PROVINCE, "副检察长"), (CITY, "检察长"), (COUNTY, "检察长"))
    led_case = the_case(three, difficulty=difficulty)
    rules = current_policy()
    unit = leadership.work_unit(
        led_case.led, COUNTY, programme_of(CODE), rules.directory
    )

    assert the_case(difficulty=difficulty).gaps == [
        "缺少某省人民检察院的院领导包案。",
        "缺少甲市人民检察院分院的主要领导包案。",
        "缺少甲市子县人民检察院的主要领导包案。",
    ]
    assert led_case.gaps == []
    assert len(unit) == 3


# -- refusals


@pytest.mark.requirement("DY-16")
def test_a_suggestion_is_no_case_of_the_scheme():
    scope = programme_of(CODE).scope

    assert [c.id for c in scope.failing({"case_kind": "suggestion"})] == ["DY-16"]
    assert scope.failing({"case_kind": "complaint"}) == ()


def test_a_first_petition_nobody_leads_cannot_be_closed():
    bare = the_case(first_petition=True)
    ready = the_case(led((COUNTY, "检察长")), first_petition=True)
    on = date(2021, 6, 1)

    assert bare.report("resolved", on) == ["case_not_led"]
    assert ready.report("resolved", on, hearing_decided=False) == [
        "hearing_decision_missing"
    ]
    assert ready.report("resolved", on) == []
    assert len(ready.review(on, [])) == 1
    assert ready.review(on, ["settled"]) == []


# -- escalations


def test_an_uncovered_first_petition_is_pressed():
    case = the_case(first_petition=True).run(date(2021, 5, 10))

    assert [(c.step, c.on, c.to_office) for c in case.reached] == [
        ("reminder", date(2021, 4, 14), COUNTY),
        ("notice", date(2021, 4, 21), COUNTY),
        ("bulletin", date(2021, 4, 29), PROVINCE),
        ("again", date(2021, 5, 6), COUNTY),
    ]


def test_a_covered_one_decided_on_and_settled_is_not():
    case = the_case(
        led((COUNTY, "检察长")),
        happened("hearing.hearing_decided", date(2021, 4, 20)),
        happened("matter.case_resolved", date(2021, 6, 1)),
        first_petition=True,
    ).run(date(2021, 12, 31))

    assert case.reached == []
    assert case.open() == set()


# -- coverage, averages and floors


def measures(*cases):
    rules = current_policy()
    offices = rules.directory.subtree(PROVINCE, CAME)
    measuring = Measuring(programme_of(CODE), rules.directory, offices, CAME)
    for case in cases:
        measuring.take(case)
    return measuring.result()


def case_led_by(*main, office=COUNTY, first=False):
    traits = {"first_petition": first, "difficulty": "ordinary"}
    return CaseGroup(office, handed=False, traits=traits, main=main)


@pytest.mark.requirement("DY-08")
def test_the_aim_is_every_first_petition_led_and_the_others_are_named():
    # DY-08: 100 %.
    found = measures(
        case_led_by((COUNTY, "检察长"), first=True),
        case_led_by((CITY, "检察长"), first=True),
        case_led_by(),
    )
    (target,) = found.targets

    assert (target.target, target.base, target.led) == (100, 2, 1)
    assert target.uncovered == [case_led_by((CITY, "检察长"), first=True)]


@pytest.mark.requirement("DY-13")
def test_the_province_handles_at_least_as_many_a_head_as_the_cities():
    # DY-13.
    behind = measures(*[case_led_by((CITY, "检察长"), office=CITY)] * 5)
    ahead = measures(*[case_led_by((PROVINCE, "检察长"), office=PROVINCE)] * 5)

    assert [floor.met for floor in behind.floors] == [False]
    assert [floor.met for floor in ahead.floors] == [True]


@pytest.mark.requirement("DY-19")
def test_the_hearing_bulletin_comes_out_every_half_month():
    # DY-19: the first half of April ends on Thursday 15th, three working days later.
    assert reports(CODE, "hearing_bulletin", date(2021, 4, 6)) == (
        "2021-04-a",
        date(2021, 4, 20),
        [(PROVINCE, None)],
    )
