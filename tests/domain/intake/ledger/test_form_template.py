"""
The empty workbook of a form: an office fills it in and pushes it as it is.
"""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from services.intake.ledger import Context, read_ledger
from services.intake.ledger.writing.template import write_template
from shared.policy.current import current_policy
from shared.policy.office_names import office_finder, spellings_of
from tests.builders.ledger_files import TODAY
from tests.builders.programme_ledgers import a_line, form

CASES = 4  # the row below the titles, from 1


@pytest.fixture
def template(tmp_path):
    def written(name):
        path = tmp_path / f"{name}.xlsx"
        write_template(path, form(name))
        return load_workbook(path)

    return written


@pytest.mark.parametrize("name", ["annex2", "xingqing", "courts", "meixian", "leaders"])
def test_what_an_office_fills_in_is_read_as_it_is(template, name):
    book, row = template(name), a_line(name)
    for place, column in enumerate(form(name).columns, start=1):
        book["台账"].cell(CASES, place, row.get(column.id))
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    offices = current_policy().directory.offices()
    context = Context(
        today=TODAY.replace(2023), office_of=office_finder(spellings_of(offices))
    )
    (read,) = read_ledger(file, filename="a.xlsx", form=form(name), context=context)

    assert read.problems == ()
    assert read.raw.keys() == row.keys()


def test_columns_of_codes_have_drop_downs_and_all_have_notes(template):
    book = template("xingqing")
    sheet, columns = book["台账"], form("xingqing").columns
    places = {column.id: place for place, column in enumerate(columns, start=1)}
    lists = {
        str(each.sqref).split(":")[0]: each.formula1
        for each in sheet.data_validations.dataValidation
    }
    notes = {
        name: sheet.cell(CASES - 1, place).comment.text
        for name, place in places.items()
    }
    level = sheet.cell(CASES, places["registration_level"]).coordinate
    topic = sheet.cell(CASES, places["topic"]).coordinate

    assert lists[level] == '"国家登记,自治区登记,银川市登记,本级登记"'
    assert "烂尾楼" in lists[topic]
    assert notes["registration_level"].startswith("必填。\n可填：国家登记、")
    assert "不填按“登记受理日期”。" in notes["reported_on"]
    assert "不填按“一般”。" in notes["difficulty"]
    assert "填写了“销号日期”的，此项必填。" in notes["struck_off_by"]
    assert "加密保存" in notes["phone"]


def test_a_list_too_long_for_a_drop_down_stands_on_a_hidden_sheet(tmp_path):
    labels = [f"第{number}种很长的信访事项类别名称" for number in range(40)]
    codes = {f"kind_{number}": (text,) for number, text in enumerate(labels)}
    columns = [
        replace(column, codes=codes) if column.id == "case_kind" else column
        for column in form("courts").columns
    ]
    write_template(tmp_path / "a.xlsx", replace(form("courts"), columns=tuple(columns)))
    listed = load_workbook(tmp_path / "a.xlsx")["可选内容"]

    assert listed.sheet_state == "hidden"
    assert [cell.value for cell in listed["A"]] == labels
