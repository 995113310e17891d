"""
Conditions of lists are codes or what offices call them.
"""

import pytest

from services.assignment.schemas.working.cases import CasesQuery, DutyQuery
from services.reporting.schemas.entries import EntriesQuery


@pytest.mark.parametrize(
    ("query", "asked", "code"),
    [
        (DutyQuery, {"kind": "七日内程序性回复"}, {"kind": "procedural_reply"}),
        (DutyQuery, {"kind": "日报告"}, {"kind": "day_report"}),
        (CasesQuery, {"case_kind": "控告"}, {"case_kind": "complaint"}),
        (
            EntriesQuery,
            {"programme": "puyang-2020", "as_of": "2022-12-31", "measure": "治理基数"},
            {"measure": "base"},
        ),
    ],
)
def test_a_condition_is_a_code_or_its_chinese_word(query, asked, code):
    assert code.items() <= query().load(asked).items()
