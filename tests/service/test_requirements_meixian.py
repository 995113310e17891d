"""
What the experience of 眉县 (meixian) asks, and the tallies and lists that show it.

Each case names the sentence of the document; what it changes is what the sentence asks
to be counted, or whose absence it asks to be seen.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import case_opened, new_number
from tests.service.acting import Record
from tests.service.asking import at, get, post

PROGRAMME, OFFICE, DAY = "meixian", "610326", "2020-11-18"
DOCUMENT = {"document": "眉检〔2020〕7号"}


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
            new_number("眉检控申"),
            office=OFFICE,
            programme=PROGRAMME,
            occurred_on=date(2020, 11, 16),
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
            "procedure_revised",
            "procedures",
            DOCUMENT,
            {"acts": 1},
            marks=pytest.mark.requirement("MX-03"),
            id="修订12309工作制度",
        ),
        pytest.param(
            "advised",
            "advice",
            {"post": "检察官"},
            {"acts": 1},
            marks=pytest.mark.requirement("MX-08"),
            id="专人一对一面对面法律咨询",
        ),
        pytest.param(
            "interviewed",
            "interviews",
            {"post": "检察长", **DOCUMENT},
            {"acts": 1},
            marks=pytest.mark.requirement("MX-26"),
            id="化解工作不到位的约谈",
        ),
        pytest.param(
            "outreach",
            "outreach",
            {"text": "法律进乡村。"},
            {"acts": 1},
            marks=pytest.mark.requirement("MX-30"),
            id="法律九进",
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
            "mediated",
            "mediations",
            DOCUMENT,
            {"acts": 1},
            marks=pytest.mark.requirement("MX-13"),
            id="调解贯穿",
        ),
        pytest.param(
            "clue_passed",
            "clues",
            {"to": "县公安局", **DOCUMENT},
            {"acts": 1},
            marks=pytest.mark.requirement("MX-14"),
            id="移送线索",
        ),
        pytest.param(
            "transferred",
            "transfers",
            {"to": "第一检察部", **DOCUMENT},
            {"acts": 1},
            marks=pytest.mark.requirement("MX-23"),
            id="定向移交协同办理",
        ),
        pytest.param(
            "look_back",
            "look_backs",
            DOCUMENT,
            {"acts": 1},
            marks=pytest.mark.requirement("MX-27"),
            id="反向审视",
        ),
        pytest.param(
            "contacted",
            "contacts",
            {"to": "镇综治中心", "text": "沟通案情。"},
            {"acts": 1},
            marks=pytest.mark.requirement("MX-35"),
            id="与各镇街综治中心沟通联系",
        ),
    ],
)
def test_what_is_done_on_a_case_is_counted_or_missed(
    record, case, act, tally, fields, change
):
    shown = record.change(tally, act, case, **fields)

    assert {key: shown[key] for key in change} == change


@pytest.mark.parametrize(
    ("listed", "items", "extra"),
    [
        pytest.param(
            "four_hearts",
            ["close", "patient", "careful", "warm"],
            {},
            marks=pytest.mark.requirement("MX-06"),
            id="贴心、耐心、细心、暖心",
        ),
        pytest.param(
            "three_liabilities",
            ["criminal", "civil", "administrative"],
            {},
            marks=pytest.mark.requirement("MX-22"),
            id="刑事责任、民事责任、行政责任同步审查",
        ),
        pytest.param(
            "hearing_out",
            ["file_read", "heard_in_person"],
            {},
            marks=pytest.mark.requirement("MX-25"),
            id="通过阅卷、当面听取意见等方式",
        ),
    ],
)
def test_each_item_of_a_list_is_done_once_it_is_entered(
    record, case, listed, items, extra
):
    body = {"list": listed, "on": DAY, "post": "检察官", "evidence": "卷宗", **extra}
    for item in items:
        answer = post(record.caller, case, "checklist", item=item, **body)
        assert answer.status_code == 201, answer.text
    lists = get(record.caller, at("cases", case, "checklist"))["lists"]
    found = next(each for each in lists if each["id"] == listed)

    assert {each["id"]: each["done"] for each in found["items"]} == dict.fromkeys(
        items, True
    )


@pytest.mark.requirement("MX-21")
def test_each_missed_step_is_owed_its_own_mending(record, case):
    # MX-21: seven days by the programme's file; a second miss is a second duty.
    record.act("step_missed", case, text="未告知受理。")
    record.act("step_missed", case, text="未按期答复。")
    owed = record.duties("step_mended", number=case)
    record.act("step_mended", case, text="已补告知。")
    after = record.duties("step_mended", number=case)

    assert owed == [(OFFICE, "2020-11-25", "open")] * 2
    assert sorted(state for *_, state in after) == ["discharged", "open"]
