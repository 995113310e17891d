"""
A list of the national petition system is taken as a whole or not at all: what is not in
it counts as not entered (JZ-08, JZ-51).
"""

from __future__ import annotations

import pytest

from services.intake.domain.national import unread_problems


def end(*codes):
    place = {"sheet": "表二"}
    notices = [{"code": c, "detail": "未读取。", "location": place} for c in codes]
    return {"end": {"rows": 1, "faulty": 0, "notices": notices}}


@pytest.mark.parametrize(
    ("last", "codes"),
    [
        ({}, ["reading_cut_off"]),
        ({"values": {}, "problems": [], "repeated": False}, ["reading_cut_off"]),
        ({"unreadable": []}, []),
        (end(), []),
        (end("columns_unknown", "sheet_without_heading"), []),
        (end("columns_unknown", "sheet_incomplete"), ["sheet_incomplete"]),
    ],
)
def test_a_list_that_was_not_read_whole_is_refused(last, codes):
    assert [problem.code for problem in unread_problems(last)] == codes
