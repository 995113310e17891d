"""
What the cells of one row say together.
"""

import pytest

from services.intake.ledger.xlsx_stream import letters
from tests.builders.ledger_files import a_case, faults, read, values, xlsx


def test_required_cells_are_asked_for_all_at_once():
    named = faults(accepted_on=None, origin=None, lawfully_ended=None, facts="  ")

    assert {column: fault.code for column, fault in named.items()} == {
        "accepted_on": "cell_missing",
        "origin": "cell_missing",
        "lawfully_ended": "cell_missing",
        "facts": "cell_missing",
    }
    assert named["facts"].detail == "基本案情及事实理由没有填写。"


def test_leader_department_and_opinions_may_still_be_missing():
    read_values = values(
        leader_post=None, department=None, prior_opinions=None, prior_is_final=None
    )

    assert read_values["leader_post"] is None
    assert read_values["prior_opinions"] == []


def test_a_case_handed_down_names_its_batch():
    assert faults(origin="市院交办")["batch_ref"].code == "batch_missing"
    assert values(origin="市院交办", batch_ref="濮检交〔2020〕3号")["batch_ref"]
    assert values(origin="省院排查赴省")["batch_ref"] is None


def test_days_that_contradict_each_other_are_named_on_the_earlier_one():
    named = faults(accepted_on="2020-2-1", last_petition_on="2020-1-27")

    assert named["accepted_on"].code == "dates_contradict"
    assert "最近一次信访日期（2020-01-27）" in named["accepted_on"].detail


def test_a_case_is_not_accepted_before_it_was_first_petitioned():
    named = faults(first_petition_on="2016-11-16", accepted_on="2016-11-15")

    assert named["first_petition_on"].code == "dates_contradict"
    assert "登记受理日期（2016-11-15）" in named["first_petition_on"].detail


@pytest.mark.parametrize("column", ["concluded_on", "resolved_on"])
def test_nothing_is_concluded_before_it_was_accepted(column):
    named = faults(**{column: "2016-11-14"})

    assert named["accepted_on"].code == "dates_contradict"


def test_acceptance_petition_and_report_may_fall_on_one_day():
    day = "2020-01-27"

    read_values = values(accepted_on=day, last_petition_on=day, reported_on=day)

    assert read_values["reported_on"] == day


def test_the_same_case_number_twice_names_the_other_row():
    first, second = read(
        xlsx(a_case(1), a_case(2, case_no="清检控申〔2020〕１号", persons=7))
    )

    assert first.problems == ()
    assert [fault.code for fault in second.problems] == ["case_number_twice"]
    assert "台账第3行" in second.problems[0].detail


def test_letters_of_columns_are_those_of_excel():
    assert [letters(n) for n in (0, 25, 26, 27, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AB",
        "ZZ",
        "AAA",
    ]


@pytest.mark.requirement("PY-26")
def test_a_case_is_marked_as_sensitive_with_its_reason():
    assert faults(sensitive="是")["sensitive_reason"].code == "cell_missing"
    assert values(sensitive="是", sensitive_reason="社会关注。")["sensitive"] is True
    assert values(sensitive="否")["sensitive_reason"] is None
