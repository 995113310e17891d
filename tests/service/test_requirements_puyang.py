"""
What the plan of 濮阳 (puyang-2020) asks offices to do, and the tallies that show it.

Each case names the sentence of the plan; what it changes is what the sentence asks to
be counted, or whose absence it asks to be seen.
"""

from __future__ import annotations

import pytest

from tests.builders import case_opened, new_number
from tests.service.acting import Record

PROGRAMME, OFFICE, DAY = "puyang-2020", "410926", "2020-11-20"
DOCUMENT = {"document": "范检〔2020〕7号"}


@pytest.fixture(scope="module")
def opened():
    return {}


@pytest.fixture
def case(opened, a_case):
    """
    One case in scope for all tests of the file.
    """
    if not opened:
        opened["number"] = a_case(case_opened(new_number("范检控申"), office=OFFICE))
    return opened["number"]


@pytest.fixture
def record(as_office):
    return Record(as_office, PROGRAMME, OFFICE, DAY)


@pytest.mark.parametrize(
    ("act", "tally", "fields", "change"),
    [
        pytest.param(
            "screening_submitted",
            "nil_screening",
            {"nil": True},
            {"missing": -1},
            marks=pytest.mark.requirement("PY-15"),
            id="全覆盖、不遗漏",
        ),
        pytest.param(
            "team_formed",
            "teams",
            {"post": "检察长"},
            {"missing": -1},
            marks=pytest.mark.requirement("PY-27"),
            id="各级院要成立工作专班",
        ),
        pytest.param(
            "group_formed",
            "groups",
            DOCUMENT,
            {"missing": -1},
            marks=pytest.mark.requirement("PY-40"),
            id="各基层院要参照成立领导小组",
        ),
        pytest.param(
            "party_agenda",
            "agenda",
            DOCUMENT,
            {"acts": 1},
            marks=pytest.mark.requirement("PY-41"),
            id="列入党组议事日程",
        ),
        pytest.param(
            "accountability_referred",
            "accountability",
            {"to": "检务督察处", **DOCUMENT},
            {"acts": 1},
            marks=pytest.mark.requirement("PY-52"),
            id="弄虚作假或者推诿扯皮的问责追责",
        ),
        pytest.param(
            "staff_assigned",
            "staff",
            {"post": "检察官", "count": 3},
            {"acts": 1, "amount": 3},
            marks=pytest.mark.requirement("PY-56"),
            id="配齐配强专门力量",
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
            "help_handed_over",
            "handed_over",
            {"to": "信访人住所地村委会", **DOCUMENT},
            {"acts": 1},
            marks=pytest.mark.requirement("PY-34"),
            id="教育疏导帮扶救助落实到住所地或相关单位",
        ),
        pytest.param(
            "contacted",
            "contacts",
            {"to": "县政法委", "text": "通报案件进展。"},
            {"acts": 1},
            marks=pytest.mark.requirement("PY-45"),
            id="加强与政法委等的沟通",
        ),
        pytest.param(
            "first_handler_named",
            "first_handlers",
            {"post": "检察官"},
            {"missing": -1},
            marks=pytest.mark.requirement("PY-46"),
            id="首办责任",
        ),
        pytest.param(
            "solved_on_the_spot",
            "effects",
            {"text": "当场答复，信访人认可。"},
            {"acts": 1},
            marks=pytest.mark.requirement("PY-57"),
            id="推动问题及时就地解决",
        ),
    ],
)
def test_what_is_done_on_a_case_is_counted_or_missed(
    record, case, act, tally, fields, change
):
    shown = record.change(tally, act, case, **fields)

    assert {key: shown[key] for key in change} == change
