"""
What may be registered, and where: accusations, group visits, strictness.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.assignment.domain.facts.vocabulary import VOCABULARY
from services.intake.domain.petitions.registering import (
    RegistrationRules,
    registration_problems,
)
from shared.errors import Rejected, reject_if
from shared.policy.current import current_policy
from shared.policy.describe.programme import describe
from shared.policy.parts.words import Word
from shared.rules import not_the_accused
from tests.builders import CITY, COUNTY, NEIGHBOUR, PROVINCE, codes
from tests.builders.lifecycle import PETITION, STEP, TODAY, a_step, after

XINGQING = current_policy().programmes.get("xq-2020")


def directory():
    return current_policy().directory


@pytest.mark.parametrize(
    ("name", "to_office"), [("forwarded", COUNTY), ("handed_down", COUNTY)]
)
def test_an_accusation_is_not_passed_on_to_whom_it_accuses(name, to_office):
    accusing = replace(PETITION, accused_office=to_office)
    elsewhere = replace(PETITION, accused_office=NEIGHBOUR)

    with pytest.raises(Rejected) as refused:
        after(a_step(name, to_office=to_office), petition=accusing)

    assert codes(refused) == ["accused_office"]
    assert after(a_step(name, to_office=to_office), petition=elsewhere)


@pytest.mark.requirement("S3")
@pytest.mark.parametrize("name", ["forwarded", "guided_out"])
@pytest.mark.parametrize(
    "organ",
    ["清丰县人民检察院", "清丰县 院", "河南省濮阳市清丰县检察院", "清丰县院控申科"],
)
def test_no_organ_by_whatever_name_is_the_accused_office_or_one_below(name, organ):
    def passed(petition, **named):
        return after(a_step(name, to_office=None, **named), petition=petition)

    for accused in (COUNTY, CITY):
        with pytest.raises(Rejected) as refused:
            passed(replace(PETITION, accused_office=accused), organ=organ)
        (problem,) = refused.value.problems
        assert (problem.code, problem.location) == ("accused_office", "/organ")
        assert problem.accused == accused
    assert passed(replace(PETITION, accused_office=NEIGHBOUR), organ="县公安局")


def test_what_is_forwarded_within_the_directory_names_the_office_by_its_code():
    with pytest.raises(Rejected) as refused:
        after(a_step("forwarded", to_office=None, organ="南乐县检察院"))
    (problem,) = refused.value.problems

    assert (problem.code, problem.location) == ("office_of_directory", "/organ")
    assert f"to_office 填写 {NEIGHBOUR}" in problem.remedy


def test_an_accusation_is_registered_neither_by_whom_it_accuses_nor_below():
    policy = current_policy()
    body = {
        "received_on": STEP,
        "category": "accusation",
        "channel": "letter",
        "case_kind": "complaint",
    }

    def registered(office, accused, **changes):
        said = {**body, "accused_office": accused, **changes}
        rules = RegistrationRules(policy.programmes.get("puyang-2020").words)
        here, directory = policy.directory.office(office), policy.directory
        reject_if(registration_problems(said, rules, here, directory, today=TODAY))

    registered(CITY, COUNTY)
    registered(NEIGHBOUR, COUNTY)
    for office, accused, code in [
        (COUNTY, COUNTY, "accused_office"),
        (COUNTY, CITY, "accused_office"),
        (CITY, "123456", "no_such_office"),
    ]:
        with pytest.raises(Rejected) as refused:
            registered(office, accused)
        assert codes(refused) == [code]
    with pytest.raises(Rejected) as refused:
        registered(CITY, COUNTY, category="claim")
    assert codes(refused) == ["not_an_accusation"]


@pytest.mark.requirement("S3")
@pytest.mark.parametrize(
    ("accused", "said"),
    [
        (COUNTY, "请由其上级机关濮阳市人民检察院（410900）"),
        (CITY, "请由其上级机关河南省人民检察院（410000）"),
        (PROVINCE, "请密封移送系统外的上级机关或者纪检监察机关"),
    ],
)
def test_whoever_may_not_have_an_accusation_is_told_who_may(accused, said):
    (problem,) = not_the_accused(COUNTY, accused, directory(), STEP, "/office")

    assert said in problem.remedy


def test_the_lineage_of_an_office_is_itself_and_those_above():
    lineage = current_policy().directory.lineage(COUNTY, STEP)

    assert lineage == (COUNTY, CITY, PROVINCE)


@pytest.mark.requirement("TL-51")
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"persons": 4}, []),
        ({"persons": 5}, ["required"]),
        ({"persons": 5, "representatives": 5}, []),
        ({"persons": 9, "representatives": 6}, ["too_many_representatives"]),
        ({"persons": 9, "channel": "letter"}, []),
        ({"persons": 4, "representatives": 2}, ["not_a_group_visit"]),
        (
            {"persons": 9, "channel": "letter", "representatives": 2},
            ["not_a_group_visit"],
        ),
    ],
)
def test_of_a_group_visit_it_is_asked_how_many_represent_it(said, expected):
    if not expected:
        register(**said)
        return
    with pytest.raises(Rejected) as refused:
        register(**said)
    assert codes(refused) == expected


def test_a_group_visit_is_called_as_the_programme_calls_its_channel():
    channels = (Word("visit", "走访", ""),)
    with pytest.raises(Rejected) as refused:
        register(channels, channel="走访", persons=5)

    (problem,) = refused.value.problems
    assert problem.detail.startswith("5 人以上走访为集体访")
    called = replace(XINGQING, channels=channels)
    assert "5 人以上走访为集体访" in describe(called, directory(), VOCABULARY)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"received_on": date(1920, 11, 4)}, "date_too_early"),
        ({"persons": 1, "members": [{"name": "甄联名"}]}, "fewer_persons_than_named"),
        ({"category": "accusation"}, "kind_not_of_category"),
    ],
)
def test_the_counter_is_as_strict_as_a_ledger(said, code):
    with pytest.raises(Rejected) as refused:
        register(earliest=date(1949, 10, 1), **{"channel": "letter", **said})

    assert codes(refused) == [code]


def register(channels=(), earliest=None, **said):
    body = {
        "received_on": STEP,
        "category": "claim",
        "channel": "visit",
        "case_kind": "申诉求决类",
        **said,
    }
    rules = RegistrationRules(
        XINGQING.words | ({"channel": channels} if channels else {}),
        group_visits=XINGQING.group_visits_on(STEP, "township"),
        progress_only=XINGQING.progress_only,
        earliest=earliest,
    )
    office = directory().office("640104002")
    reject_if(registration_problems(body, rules, office, directory(), today=TODAY))


def test_a_masked_value_is_told_together_with_what_else_is_wrong():
    with pytest.raises(Rejected) as refused:
        register(demand="请求＊＊复查。", received_on=TODAY + timedelta(days=1))

    told = {(problem.code, problem.location) for problem in refused.value.problems}
    assert {code for code, _ in told} >= {"masked_value"}
    assert {"/demand", "/received_on"} <= {location for _, location in told}
