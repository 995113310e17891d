"""
What offices take out of the register as workbooks, under puyang-2020.
"""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from tests.builders import COUNTY, NEIGHBOUR, new_number
from tests.service.asking import PROGRAMME, a_row, as_json, at, refused

NEIGHBOURS = "南乐县人民检察院"


def workbook(response):
    assert response.is_success, response.text
    return load_workbook(io.BytesIO(response.content), read_only=True)


def texts(sheet):
    return [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]


def cells(sheet):
    return {cell for row in texts(sheet) for cell in row}


@pytest.mark.requirement("PY-14")
def test_a_city_takes_out_the_list_of_each_office_and_the_numbers_of_all(
    as_office, desk
):
    ours, theirs = new_number(), new_number("南检信")
    desk.push(as_json(a_row(ours, petitioner_name="甄不出", phone="13800000002")))
    row = a_row(theirs, reporting_office=NEIGHBOURS)
    desk.push(as_json(row), by=as_office(NEIGHBOUR))
    query = {"programme": PROGRAMME}
    city = as_office("410900").get("intake", "/ledger", **query)
    county = as_office(COUNTY).get("intake", "/ledger", **query)
    found = workbook(city)

    assert ours in cells(found["清丰县人民检察院"])
    assert theirs in cells(found[NEIGHBOURS])
    sums = {row[0]: row[1] for row in texts(found["合计"])[3:]}
    assert int(sums["合计"]) == sum(map(int, sums.values())) - int(sums["合计"])
    assert len(texts(found[NEIGHBOURS])) == int(sums[NEIGHBOURS]) + 3
    assert workbook(county).sheetnames == ["清丰县人民检察院", "合计"]
    for sheet in found:
        assert not {"甄不出", "13800000002"} & cells(sheet)
    foreign = as_office(NEIGHBOUR).get("intake", "/ledger", **query, office=COUNTY)
    assert foreign.status_code in {403, 404}
    refused(as_office(COUNTY).get("intake", "/ledger"), 422, "required")


@pytest.mark.requirement("PY-14")
def test_the_ledger_of_one_case_is_a_sheet_to_print(as_office, desk):
    number = new_number()
    desk.push(as_json(a_row(number, petitioner_name="甄不印", plan="先约见再答复")))
    path = at("cases", number, "ledger")
    (sheet,) = workbook(as_office(COUNTY).get("intake", path))
    lines = {title: text for _, title, text in texts(sheet)[2:]}

    assert lines["案件编号"] == number
    assert lines["案件类别"] == "控告"
    assert lines["化解方案要点"] == "先约见再答复"
    assert "信访人姓名" not in lines
    assert as_office(NEIGHBOUR).get("intake", path).status_code == 404
