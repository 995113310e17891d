"""
What the plan of 兴庆区 (xq-2020) asks, and the tallies and duties that show it.

Each case names the sentence of the document; what it changes is what the sentence asks
to be counted, or whose absence it asks to be seen.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.builders import case_opened, new_number
from tests.service.acting import Record
from tests.service.asking import all_items, post

PROGRAMME, OFFICE, DAY = "xq-2020", "640104002", "2020-11-18"
DOCUMENT = {"document": "兴信〔2020〕7号"}


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
            new_number("街信"),
            office=OFFICE,
            programme=PROGRAMME,
            occurred_on=date(2020, 11, 16),
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
            "ledger_kept",
            "ledgers",
            {"post": "信访联络员"},
            {"missing": -1},
            marks=pytest.mark.requirement("XQ-11"),
            id="建立工作清单台账",
        ),
        pytest.param(
            "inspected",
            "inspections",
            {"to": "综治中心", "text": "专项督查。"},
            {"acts": 1},
            marks=pytest.mark.requirement("XQ-46"),
            id="适时组织专项督查",
        ),
        pytest.param(
            "accountability_referred",
            "accountability",
            {"to": "区纪委监委", **DOCUMENT},
            {"acts": 1},
            marks=pytest.mark.requirement("XQ-55"),
            id="依法依规严肃追责问责",
        ),
        pytest.param(
            "commended",
            "commendations",
            DOCUMENT,
            {"acts": 1},
            marks=pytest.mark.requirement("XQ-55", "XQ-63"),
            id="通报表彰",
        ),
        pytest.param(
            "agenda",
            "agendas",
            DOCUMENT,
            {"missing": -1},
            marks=pytest.mark.requirement("XQ-58"),
            id="纳入重要议事日程",
        ),
        pytest.param(
            "unit_plan",
            "plans",
            DOCUMENT,
            {"missing": -1},
            marks=pytest.mark.requirement("XQ-58"),
            id="研究制定工作方案",
        ),
        pytest.param(
            "resources",
            "resources",
            {"text": "增配两人。"},
            {"acts": 1},
            marks=pytest.mark.requirement("XQ-59"),
            id="加大人力物力财力支持力度",
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
            "screened",
            "unscreened",
            {"post": "信访联络员"},
            {"missing": -1},
            marks=pytest.mark.requirement("XQ-13"),
            id="底数清情况明认定准",
        ),
        pytest.param(
            "received_or_visited",
            "receptions",
            {"post": "分管副职", "text": "当面了解诉求。"},
            {"acts": 1},
            marks=pytest.mark.requirement("XQ-24"),
            id="接访下访走访",
        ),
        pytest.param(
            "moved_to_law",
            "law_moved",
            {"to": "区政法委"},
            {"acts": 1},
            marks=pytest.mark.requirement("XQ-34"),
            id="涉法涉诉问题由政法机关审查甄别",
        ),
        pytest.param(
            "ended_support_handed",
            "ended_handed",
            {"to": "常住地街道", **DOCUMENT},
            {"acts": 1},
            marks=pytest.mark.requirement("XQ-35"),
            id="已依法终结的由常住地解释疏导救助",
        ),
        pytest.param(
            "centre_used",
            "centre",
            {"text": "在调处中心调解。"},
            {"acts": 1},
            marks=pytest.mark.requirement("XQ-57"),
            id="矛盾纠纷多元调处中心",
        ),
    ],
)
def test_what_is_done_on_a_case_is_counted_or_missed(
    record, case, act, tally, fields, change
):
    shown = record.change(tally, act, case, **fields)

    assert {key: shown[key] for key in change} == change


@pytest.mark.requirement("XQ-29")
def test_what_is_reasonable_is_solved_by_the_day_that_was_set(record, case):
    # XQ-29 诉求合理但责任不落实的，督促限期解决.
    record.act("solve_by_set", case, until="2020-12-18")
    owed = record.duties("solve_by", number=case)
    record.act("solved", case, evidence="付款凭证")

    assert owed == [(OFFICE, "2020-12-18", "open")]
    assert record.duties("solve_by", number=case) == [
        (OFFICE, "2020-12-18", "discharged")
    ]


@pytest.mark.requirement("XQ-23")
def test_a_case_judged_hard_owes_a_plan_and_its_end(record, case):
    # XQ-23 今年年底内无法化解的制定工作推进方案，力争在2021年底化解.
    judged = post(
        record.caller,
        case,
        "appraisals",
        on=DAY,
        reason="多年未决。",
        difficulty="hard",
    )
    owed = record.duties("push_plan", number=case)
    plan = {"until": "2021-12-31", "post": "分管副职", **DOCUMENT}
    record.act("push_plan", case, **plan)

    assert judged.status_code == 201, judged.text
    assert owed == [(OFFICE, "2020-12-31", "open")]
    assert record.duties("push_plan", number=case) == [
        (OFFICE, "2020-12-31", "discharged")
    ]
    assert record.duties("push_plan_done", number=case) == [
        (OFFICE, "2021-12-31", "open")
    ]


@pytest.mark.requirement("XQ-41")
def test_progress_is_told_each_month(record, case):
    # XQ-41 及时向群众定期通报治理化解进展情况; the month is the file's.
    owed = record.duties("progress_notice", number=case)
    record.act("progress_told", case, text="告知进展。")
    after = record.duties("progress_notice", number=case)

    assert owed[0] == (OFFICE, "2020-12-16", "open")
    assert (OFFICE, "2020-12-16", "discharged") in after


@pytest.mark.requirement("XQ-06", "XQ-07")
def test_the_cases_handed_down_otherwise_and_found_here_are_frozen_and_counted(
    as_office, a_case, eventually
):
    # XQ-07 将各级另行交办重复信访件及自办件全部化解: a list of their own, on which the
    # rate stands in the figures and in the signed return, the live list beside it.
    hub = as_office("640104800", "reviewer")

    def opened(on):
        return a_case(
            case_opened(
                new_number("街信"), office=OFFICE, programme=PROGRAMME, occurred_on=on
            )
        )

    listed = opened(date(2020, 11, 16))
    body = {"programme": PROGRAMME, "baseline": "others", "frozen_on": DAY}
    frozen = hub.post("assignment", "/baselines", body)
    later = opened(date(2020, 11, 19))
    path = f"/baselines/{frozen.json()['id']}/cases"
    numbers = {item["number"] for item in all_items(hub, "assignment", path)}
    asked = {"programme": PROGRAMME, "as_of": "2020-11-19"}

    def rates():
        figures = hub.get("reporting", "/figures", **asked).json()
        return {rate["baseline"]: rate for rate in figures["baselines"]}

    eventually(lambda: rates()["others"]["listed"] == len(numbers))
    paper = hub.post("reporting", "/returns", asked).json()
    signed = hub.get("reporting", f"/returns/{paper['id']}").json()["figures"]
    others = rates()["others"]

    assert frozen.status_code == 201, frozen.text
    assert listed in numbers
    assert later not in numbers
    assert others in signed["baselines"]
    # XQ-06 95件重复信访件于2020年12月底化解率达到65%.
    handed = rates()["handed95"]
    assert (handed["target_on"], handed["target_percent"]) == ("2020-12-31", 65)
    assert others["frozen"]["base"] == others["listed"] == len(numbers)
    assert others["live"]["base"] > others["frozen"]["base"]
    assert (others["target_on"], others["target_percent"]) == ("2022-12-31", 100)
    assert others["frozen"]["short_by"] == others["frozen"]["base"]
