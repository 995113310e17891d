"""
What the plan of the courts of 焦作 (jiaozuo-2021) asks, and where it shows.

Each case names the sentence of the document; what it changes is what the sentence asks
to be counted, or whose absence it asks to be seen.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import case_opened, new_number
from tests.service.acting import Record
from tests.service.asking import at, get, post

PROGRAMME, OFFICE, DAY = "jiaozuo-2021", "410823900", "2021-03-16"
DOCUMENT = {"document": "武法〔2021〕7号"}


@pytest.fixture(autouse=True)
def today(clock):
    clock.set(date.fromisoformat(DAY))


@pytest.fixture(scope="module")
def opened():
    return {}


@pytest.fixture
def case(opened, a_case):
    """
    One case in scope for all tests of the file.
    """
    if not opened:
        event = case_opened(
            new_number("武法信"),
            office=OFFICE,
            programme=PROGRAMME,
            occurred_on=date(2021, 3, 15),
            handed=True,
            resolve_by=None,
        )
        opened["number"] = a_case(event)
    return opened["number"]


@pytest.fixture
def record(as_office):
    return Record(as_office, PROGRAMME, OFFICE, DAY)


@pytest.mark.parametrize(
    ("act", "tally", "fields", "change"),
    [
        pytest.param(
            "inspected",
            "inspections",
            {"to": "执行局", "text": "听取汇报，查看记录。"},
            {"acts": 1},
            marks=pytest.mark.requirement("JZ-42"),
            id="督导听取汇报查看相关记录",
        ),
        pytest.param(
            "accountability_referred",
            "accountability",
            {"to": "驻院纪检监察组", **DOCUMENT},
            {"acts": 1},
            marks=pytest.mark.requirement("JZ-44"),
            id="信访责任追究",
        ),
    ],
)
def test_what_an_office_does_is_counted_or_missed(record, act, tally, fields, change):
    shown = record.change(tally, act, **fields)

    assert {key: shown[key] for key in change} == change


@pytest.mark.parametrize(
    ("act", "tally", "fields", "change"),
    [
        pytest.param(
            "case_read",
            "unread",
            {"post": "院长"},
            {"missing": -1},
            marks=pytest.mark.requirement("JZ-05"),
            id="院长要全面透彻了解",
        ),
        pytest.param(
            "plan_made",
            "no_plan",
            {"post": "法官", "until": "2021-04-14", **DOCUMENT},
            {"missing": -1},
            marks=pytest.mark.requirement("JZ-06", "JZ-48"),
            id="方案要得当有可操作性",
        ),
        pytest.param(
            "visited",
            "visits",
            {"post": "院长", "consent": True, "text": "带案下访。"},
            {"acts": 1},
            marks=pytest.mark.requirement("JZ-10"),
            id="院领导带案下访",
        ),
        pytest.param(
            "evaluated",
            "evaluations",
            DOCUMENT,
            {"missing": -1},
            marks=pytest.mark.requirement("JZ-15"),
            id="落实好案件的评查工作",
        ),
        pytest.param(
            "referred_by_law",
            "referrals",
            {"to": "公安机关", **DOCUMENT},
            {"acts": 1},
            marks=pytest.mark.requirement("JZ-30"),
            id="违法上访依法处理只记有权机关",
        ),
    ],
)
def test_what_is_done_on_a_case_is_counted_or_missed(
    record, case, act, tally, fields, change
):
    shown = record.change(tally, act, case, **fields)

    assert {key: shown[key] for key in change} == change


@pytest.mark.parametrize(
    ("item", "fields"),
    [
        pytest.param(
            "re_entry",
            DOCUMENT,
            marks=pytest.mark.requirement("JZ-26"),
            id="程序违法、实体错误的重新导入程序",
        ),
        pytest.param(
            "outside_law",
            {"to": "民政局", "text": "案外协调。"},
            marks=pytest.mark.requirement("JZ-27"),
            id="诉求有理的寻求案外解决途径",
        ),
        pytest.param(
            "explanation",
            {"consent": True, "text": "释法说理。"},
            marks=pytest.mark.requirement("JZ-28"),
            id="教育、心理疏导",
        ),
    ],
)
def test_each_way_of_settling_is_done_once_it_is_entered(record, case, item, fields):
    body = {"list": "four_dispositions", "on": DAY, "post": "法官", "evidence": "卷宗"}
    answer = post(record.caller, case, "checklist", item=item, **body, **fields)
    lists = get(record.caller, at("cases", case, "checklist"))["lists"]
    found = next(each for each in lists if each["id"] == "four_dispositions")

    assert answer.status_code == 201, answer.text
    assert next(each for each in found["items"] if each["id"] == item)["done"]


@pytest.mark.requirement("JZ-17")
def test_the_court_president_and_a_leader_of_the_city_court_must_lead(record, case):
    # JZ-17 基层法院院长是第一责任人.
    shown = get(record.caller, at("cases", case, "leader-suggestions"))
    binding = [each for each in shown["suggestions"] if not each["advice"]]
    own = next(each for each in binding if each["office"] == OFFICE)

    assert {each["post"] for each in own["candidates"]} == {"院长"}
    assert {each["office"] for each in binding} == {OFFICE, "410800900"}


@pytest.mark.requirement("JZ-12")
def test_a_hard_case_is_better_led_by_the_president(record, case):
    # JZ-12 领导要带头分包疑难案件、骨头案、钉子案.
    judged = post(
        record.caller,
        case,
        "appraisals",
        on=DAY,
        reason="多年未决。",
        difficulty="bone",
    )
    shown = get(record.caller, at("cases", case, "leader-suggestions"))
    advice = [each for each in shown["suggestions"] if each["advice"]]

    assert judged.status_code == 201, judged.text
    assert [{each["post"] for each in a["candidates"]} for a in advice] == [{"院长"}]
