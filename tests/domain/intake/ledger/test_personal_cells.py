"""
Cells about a person: checked, and never quoted.
"""

import dataclasses

import pytest
from stdnum.cn import ric

from services.intake.ledger.problems import hidden
from tests.builders.ledger_files import faults, values


def an_id_number(first_17):
    return first_17 + ric.calc_check_digit(first_17 + "0")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("999999194605021871", "id_number_checksum"),
        (an_id_number("99999919460230187"), "id_number_date"),
        (an_id_number("99999920460502187"), "id_number_date"),
        ("999999460502187", "id_number_length"),
        (999999194605021872, "number_lost_digits"),
        ("9.99999E+17", "number_lost_digits"),
    ],
)
def test_an_identity_number_is_checked_and_never_quoted(number, code):
    fault = faults(id_no=number)["id_no"]

    assert fault.code == code
    assert str(number) not in fault.detail
    assert str(number) != fault.location.value


def test_a_small_x_at_the_end_of_an_identity_number_is_a_large_one():
    number = next(
        each
        for each in (an_id_number(f"99999919460502{n:03}") for n in range(100))
        if each.endswith("X")
    )

    assert values(id_no=number.lower())["id_no"] == number
    assert values(id_no=number.lower(), id_type=None)["id_type"] == "resident_id"


def test_another_document_is_not_checked_as_an_identity_card():
    read_values = values(id_type="军官证", id_no="军字第123号")

    assert (read_values["id_type"], read_values["id_no"]) == (
        "officer_id",
        "军字第123号",
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [("甄虚构", "***"), ("999999194605021872", "**************1872"), ("", "")],
)
def test_a_personal_cell_is_shown_by_its_length_and_end_only(text, shown):
    assert hidden(text) == shown


SHIFTED = {
    "origin": "甄移栏",
    "persons": "410922197001011237",
    "repeats_in_window": "138 0000 0001",
    "petitioner_name": "居民身份证",
    "dispositions": "诉求合理、甄移栏",
    "accepted_on": "甄移栏，男",
    "prior_opinions": "清丰县院，甄移栏，2018年，无",
}


def test_a_row_of_shifted_columns_comes_back_without_one_of_its_cells():
    found = faults(**SHIFTED)
    text = str([dataclasses.asdict(fault) for fault in found.values()])

    assert SHIFTED.keys() - {"petitioner_name"} <= found.keys()
    assert all(fault.remedy.endswith("是否错位。") for fault in found.values())
    for personal in ("甄移栏", "4109221970010112", "13800000", "138 0000"):
        assert personal not in text


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("case_no", "999999194605021872"),
        ("batch_ref", "濮检交 999999 19460502 1872"),
        ("leader_post", "检察长 １３８０００００００１"),
        ("handler_post", "+86 138-0000-0001"),
        ("original_case_no", "86-13800000001"),
        ("department", "甄虚构"),
    ],
)
def test_what_is_personal_is_not_taken_in_another_column(column, text):
    found = faults(**{column: text})[column]

    assert found.code in {"personal_in_other_column", "case_no_form"}
    assert text not in found.detail + found.remedy + found.location.value


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("case_no", "清检控申〔2020〕1380000号"),
        ("batch_ref", "20201105001"),
        ("case_no", "410922202011050012"),
        ("original_case_no", "甄虚构土地承包合同纠纷一案"),
        ("original_case_no", "（2016）豫09民终1234号"),
        ("note", "信访人联系电话已变更为13800000001"),
    ],
)
def test_numbers_of_cases_are_no_numbers_of_persons(column, text):
    assert values(**{column: text})


def test_a_cell_is_masked_in_another_column_when_it_is_also_a_personal_cell():
    found = faults(origin="濮阳市某村", address="濮阳市某村")["origin"]

    assert "某村" not in found.detail + found.location.value


def test_a_description_is_never_quoted():
    found = faults(facts="甄事实" * 2000)["facts"]

    assert "甄事实" not in str(dataclasses.asdict(found))
    assert found.detail.startswith("基本案情及事实理由共6000字")


def test_a_sentence_about_a_cell_has_an_end():
    found = faults(dispositions="、".join(f"第{n}种评判" for n in range(1000)))

    assert len(found["dispositions"].detail) < 350
