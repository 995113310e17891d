"""
The list of receptions in the national petition system, pushed by an office and compared
with its register, row by row.
"""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook

from tests.builders import CITY, COUNTY, a_petition
from tests.service.asking import at, places, refused

DAYS = {"from": "2020-11-01", "to": "2020-11-19"}
TITLES = ("登记机构", "信访件编号", "录入日期", "登记编号")


def a_list(*rows, titles=TITLES):
    book = Workbook()
    for row in (("信访系统录入清单",), titles, *rows):
        book.active.append(row)
    book.create_sheet("说明").append(("从信访系统导出",))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def came(clerk, day, **changes):
    """
    The number of a visit that was registered on that day of November.
    """
    body = a_petition(channel="visit", received_on=f"2020-11-{day}", **changes)
    registered = clerk.post("intake", "/petitions", body)
    assert registered.status_code == 201, registered.text
    return registered.json()["number"]


def push(caller, content, name="清单.xlsx", **days):
    return caller.post(
        *("intake", "/national-lists"),
        content=content,
        params={**DAYS, "filename": name, **days},
        headers={"Content-Type": "application/octet-stream"},
    )


def differences(caller):
    found = caller.get(
        "intake", "/national-lists/differences", office=COUNTY, limit=200, **DAYS
    )
    assert found.is_success, found.text
    return {
        each["number"]: (each["day"], each["differs"], each["entered_on"])
        for each in found.json()["items"]
    }


@pytest.mark.requirement("JZ-51", "JZ-08")
def test_what_a_register_and_the_national_system_differ_in_is_listed(as_office):
    clerk = as_office(COUNTY)
    entered, late, missing, withdrawn = (
        came(clerk, day) for day in ("01", "02", "03", "04")
    )
    letter = clerk.post("intake", "/petitions", a_petition(received_on="2020-11-05"))
    why = {"cause": "registered_by_mistake", "reason": "误登。"}
    path = at("petitions", withdrawn, "withdrawals")
    assert clerk.post("intake", path, why).is_success
    before = differences(clerk)
    rows = [
        ("清丰县人民检察院", "A1", "2020-11-01", entered),
        (COUNTY, "A2", "2020年11月9日", late),
        (COUNTY, "A3", "2020-11-11", "410922-2020-9999999"),
        (COUNTY, "A4", "2020-11-12", ""),
    ]
    pushed = push(clerk, a_list(*rows))
    after = differences(as_office(CITY))

    assert {before[number] for number in (entered, late, missing)} == {
        (f"2020-11-0{day}", "national", None) for day in (1, 2, 3)
    }
    assert pushed.status_code == 201, pushed.text
    assert pushed.json()["rows"] == 4
    assert pushed.json()["notices"] == ["说明：工作表没有台账的标题行，未读取。"]
    assert entered not in after
    assert after[late] == ("2020-11-02", "late", "2020-11-09")
    assert after[missing] == ("2020-11-03", "national", None)
    assert after["410922-2020-9999999"] == ("2020-11-11", "register", None)
    assert after["A4"] == ("2020-11-12", "register", None)
    assert not {withdrawn, letter.json()["number"]} & after.keys()
    assert after == differences(clerk)


@pytest.mark.requirement("JZ-51")
def test_a_list_replaces_what_was_known_of_its_days(as_office):
    clerk = as_office(COUNTY)
    numbers = {day: came(clerk, day) for day in ("01", "02")}
    first = push(clerk, a_list((COUNTY, "A3", "2020-11-11", "410922-2020-9999998")))
    before = differences(clerk)
    text = "登记单位,信访编号,登记时间,登记号\n" + "".join(
        f"{COUNTY},B{day},2020-11-{day},{number}\n" for day, number in numbers.items()
    )
    again = push(clerk, text.encode("gbk"), name="清单.csv")

    assert first.status_code == again.status_code == 201, again.text
    known = {*numbers.values(), "410922-2020-9999998"}
    assert known <= before.keys()
    assert not known & differences(clerk).keys()


@pytest.mark.requirement("JZ-51")
def test_a_list_with_a_wrong_row_is_refused_whole(as_office):
    clerk, other = as_office(COUNTY), as_office("410923")
    entered = came(clerk, "01")
    row = (COUNTY, "A1", "2020-11-11", entered)
    twice = a_list(row, (COUNTY, "A9", "2020-11-02", entered))

    outside = push(clerk, a_list(row), to="2020-11-10")
    assert places(outside) == {("/file", "day_outside_list")}
    refused(push(other, a_list(row)), 422, "list_of_other_office")
    refused(push(clerk, a_list((COUNTY, "A1", "六月", entered))), 422, "date_invalid")
    assert places(push(clerk, twice)) == {("/file", "reception_repeated")}
    refused(push(clerk, b"%PDF-1.7"), 422, "not_a_spreadsheet")
    assert differences(clerk)[entered] == ("2020-11-01", "national", None)
