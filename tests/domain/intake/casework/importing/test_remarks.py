"""
What an office is told of rows that were taken in.
"""

from __future__ import annotations

import pytest

from services.intake.casework.importing.line import Line
from services.intake.casework.importing.remarks import Remarks
from shared.policy.current import current_policy
from tests.builders.ledger_files import values

PUYANG = current_policy().programmes.get("puyang-2020")


def remarked(*rows, about="包案"):
    remarks = Remarks(PUYANG)
    for place, row in enumerate(rows, start=4):
        read = {"values": values(**row), "problems": [], "repeated": False}
        remarks.judge(Line({**read, "sheet": "台账", "row": place}, PUYANG))
    return [each for each in remarks.notices() if about in each]


@pytest.mark.requirement("PY-17")
def test_a_post_that_may_not_lead_is_taken_and_the_office_is_told():
    """
    院领导 is a post of the leading group (A-29); a head of a department is none.
    """
    other = {"leader_post": "第一检察部主任"}

    assert remarked({"leader_post": "检察长"}, {"leader_post": "没有的职务"}) == []
    assert remarked({"leader_post": "副检察长"}, other, other) == [
        "台账第5行、台账第6行“本院包案领导”填的职务不能包案，不算包案。"
    ]
    [many] = remarked(*[other] * 21)
    assert many.endswith("台账第23行等21行“本院包案领导”填的职务不能包案，不算包案。")


@pytest.mark.requirement("S3")
def test_who_is_accused_and_is_no_office_of_the_directory_is_told_of():
    rows = {"accused_unit": "清丰县院"}, {"accused_unit": "清丰县某镇政府"}
    [said] = remarked(*rows, about="名录")

    assert said.startswith("台账第5行“被检举控告的单位”不是名录中的单位")
