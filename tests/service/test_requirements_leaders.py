"""
What the report of the leaders' scheme (dy-leaders) asks, and where it shows.

Each case names the sentence of the document; what it changes is what the sentence asks
to be counted, or whose absence it asks to be seen.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import case_opened, new_number
from tests.service.acting import Record
from tests.service.asking import at, get, post

PROGRAMME, OFFICE, DAY = "dy-leaders", "990101", "2020-11-18"
DOCUMENT = {"document": "子检〔2020〕7号"}


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
            new_number("子检控申"),
            office=OFFICE,
            programme=PROGRAMME,
            occurred_on=date(2020, 11, 10),
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
            "chief_task",
            "chief_tasks",
            {"post": "检察长", "text": "统筹全院信访工作。"},
            {"acts": 1},
            marks=pytest.mark.requirement("DY-04"),
            id="一把手工程和全院性全局性工作",
        ),
        pytest.param(
            "chief_meeting",
            "chief_meetings",
            {"post": "检察长", **DOCUMENT},
            {"acts": 1},
            marks=pytest.mark.requirement("DY-18"),
            id="检察长亲自主持专题会议研究",
        ),
        pytest.param(
            "inspected",
            "inspections",
            {"to": "控告申诉检察部", "text": "逐案核查。"},
            {"acts": 1},
            marks=pytest.mark.requirement("DY-21"),
            id="专项督查",
        ),
        pytest.param(
            "party_agenda",
            "agenda",
            DOCUMENT,
            {"acts": 1},
            marks=pytest.mark.requirement("DY-31"),
            id="列入院党组议事日程",
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
            "leader_chaired",
            "chaired",
            {"post": "检察长"},
            {"acts": 1},
            marks=pytest.mark.requirement("DY-20"),
            id="入额院领导示范带头",
        ),
        pytest.param(
            "joint_aid",
            "joint_aids",
            {"to": "甲市分院", "text": "联合救助。"},
            {"acts": 1},
            marks=pytest.mark.requirement("DY-26"),
            id="三级院联合多元化救助",
        ),
        pytest.param(
            "talk_held",
            "talks",
            {"post": "检察官", "text": "引导依法信访。"},
            {"acts": 1},
            marks=pytest.mark.requirement("DY-29"),
            id="引导群众依法规范信访",
        ),
    ],
)
def test_what_is_done_on_a_case_is_counted_or_missed(
    record, case, act, tally, fields, change
):
    shown = record.change(tally, act, case, **fields)

    assert {key: shown[key] for key in change} == change


@pytest.mark.requirement("DY-32")
def test_a_matter_handed_on_three_times_is_listed(record, case):
    # DY-32 推来推去“无限循环”: three times, by the programme's file.
    to = {"to": "刑事检察部", "text": "转办。"}
    changes = [record.change("hand_offs", "handed_on", case, **to) for _ in range(3)]

    assert changes == [{}, {}, {"acts": 1}]
    assert record.tally("hand_offs")["numbers"] == [case]


@pytest.mark.requirement("DY-17")
def test_each_case_owes_a_decision_on_a_hearing(record, case, as_office, eventually):
    # DY-17 应听证，尽听证; the three months are assumed by the programme's file.
    due = (OFFICE, "2021-02-10")
    owed = record.duties("hearing_decision", number=case)
    decided = as_office(OFFICE, "leader").post(
        "hearing",
        at("cases", case, "hearing-decisions"),
        {
            "decision": "not_needed",
            "decided_on": DAY,
            "reason": "事实清楚，双方意见明确。",
            "approver_post": "检察长",
        },
    )
    done = [(*due, "discharged")]

    assert owed == [(*due, "open")]
    assert decided.status_code == 201, decided.text
    assert eventually(lambda: record.duties("hearing_decision", number=case) == done)


@pytest.mark.requirement("DY-15")
def test_a_bone_case_needs_leaders_of_three_levels(record, case, as_office):
    # DY-15 由省院班子成员和相关市分院、基层院检察长组成工作单元.
    judged = post(
        record.caller,
        case,
        "appraisals",
        on=DAY,
        reason="多年未决。",
        difficulty="bone",
    )
    shown = get(record.caller, at("cases", case, "leader-suggestions"))
    binding = [each for each in shown["suggestions"] if not each["advice"]]

    assert judged.status_code == 201, judged.text
    assert {each["office"] for each in binding} >= {"990000", "990100", OFFICE}


@pytest.mark.requirement("DY-16")
def test_the_old_cases_that_were_handed_down_are_frozen_and_counted_by_who_handed(
    as_office, a_case, eventually
):
    # DY-16 最高检交办的信访积案和省委政法委交办的信访积案，全部息诉化解.
    hub = as_office("990000", "reviewer")

    def opened(origin, on=date(2020, 11, 10)):
        return a_case(
            case_opened(
                new_number("子检控申"),
                office=OFFICE,
                programme=PROGRAMME,
                origin=origin,
                occurred_on=on,
            )
        )

    opened("handed_by_spp")
    opened("handed_by_province")
    body = {"programme": PROGRAMME, "frozen_on": DAY}
    frozen = {
        name: hub.post("assignment", "/baselines", {**body, "baseline": name})
        for name in ("spp", "committee")
    }
    opened("handed_by_spp", on=date(2020, 11, 19))
    asked = {"programme": PROGRAMME, "as_of": "2020-11-19"}

    def rates():
        figures = hub.get("reporting", "/figures", **asked).json()
        return {rate["baseline"]: rate for rate in figures["baselines"]}

    assert {answer.status_code for answer in frozen.values()} == {201}
    sizes = {name: answer.json()["size"] for name, answer in frozen.items()}
    eventually(
        lambda: {name: rates()[name]["listed"] for name in frozen} == sizes,
    )
    paper = hub.post("reporting", "/returns", asked).json()
    signed = hub.get("reporting", f"/returns/{paper['id']}").json()["figures"]

    assert signed["baselines"] == list(rates().values())
    for name, more in (("spp", 1), ("committee", 0)):
        size = sizes[name]
        assert size >= 1
        rate = rates()[name]
        assert rate["frozen"]["base"] == rate["listed"] == size
        assert rate["live"]["base"] == size + more
        assert rate["frozen"]["rate"] == "0.0%"
