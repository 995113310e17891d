"""
What offices take out of the register as workbooks, under puyang-2020.
"""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from tests.builders import COUNTY, NEIGHBOUR, new_number
from tests.service.asking import PROGRAMME, a_row, all_items, as_json, at, refused

NEIGHBOURS = "南乐县人民检察院"


def workbook(response):
    assert response.is_success, response.text
    return load_workbook(io.BytesIO(response.content), read_only=True)


def texts(sheet):
    return [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]


def cells(sheet):
    return {cell for row in texts(sheet) for cell in row}


@pytest.mark.requirement("PY-14", "F-14")
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
    refused(foreign, 403, "outside_your_offices")
    refused(as_office(COUNTY).get("intake", "/ledger"), 422, "required")


@pytest.mark.requirement("PY-14", "F-14")
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


@pytest.mark.requirement("PY-14", "PY-16", "F-01", "F-14")
def test_a_ledger_taken_out_by_its_office_and_pushed_again_corrects_nothing(
    as_office, desk
):
    office, purpose = "410928", "核对台账"
    clerk, name = as_office(office), "濮阳县人民检察院"
    changes = [
        {"petitioner_name": "甄往返", "progress": "2020-11-2 约见"},
        {"dispositions": "解决问题、帮扶救助", "aid_amount": "1万"},
        {"case_no": new_number().replace("〔2020〕", "[2020]")},
    ]
    rows = [a_row(**{"reporting_office": name, **change}) for change in changes]
    desk.push(as_json(*rows), by=clerk)
    body = {"programme": PROGRAMME, "purpose": purpose}
    taken = clerk.post("intake", "/ledger/openings", body)
    job = desk.push(taken.content, by=clerk, filename="台账.xlsx")
    log = all_items(as_office("410900", "auditor"), "intake", "/openings")

    assert "甄往返" in cells(workbook(taken)[name])
    assert job["rows_read"] == job["rows_repeated"] >= len(rows), job
    assert job["notices"] == ["合计：工作表没有台账的标题行，未读取。"]
    assert (PROGRAMME, office, purpose) in {
        (each["number"], each["office"], each["purpose"]) for each in log
    }
    without = {"programme": PROGRAMME}
    refused(clerk.post("intake", "/ledger/openings", without), 422, "required")
