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


@pytest.mark.requirement("JZ-51", "JZ-08")
def test_what_a_register_and_the_national_system_differ_in_is_listed(as_office):
    clerk, other = as_office(COUNTY), as_office("410923")

    def came(day, **changes):
        body = a_petition(channel="visit", received_on=f"2020-11-{day}", **changes)
        registered = clerk.post("intake", "/petitions", body)
        assert registered.status_code == 201, registered.text
        return registered.json()["number"]

    def push(content, caller=clerk, name="清单.xlsx", **days):
        said = {**DAYS, "filename": name, **days}
        headers = {"Content-Type": "application/octet-stream"}
        return caller.post(
            *("intake", "/national-lists"),
            content=content,
            params=said,
            headers=headers,
        )

    def differences(caller=clerk):
        found = caller.get(
            "intake", "/national-lists/differences", office=COUNTY, limit=200, **DAYS
        )
        return {
            each["number"]: (each["day"], each["differs"], each["entered_on"])
            for each in found.json()["items"]
        }

    entered, late, missing, withdrawn = came("01"), came("02"), came("03"), came("04")
    letter = clerk.post("intake", "/petitions", a_petition(received_on="2020-11-05"))
    why = {"cause": "registered_by_mistake", "reason": "误登。"}
    path = at("petitions", withdrawn, "withdrawals")
    assert clerk.post("intake", path, why).is_success
    before = {number: differences()[number] for number in (entered, late, missing)}
    rows = [
        ("清丰县人民检察院", "A1", "2020-11-01", entered),
        (COUNTY, "A2", "2020年11月9日", late),
        (COUNTY, "A3", "2020-11-11", "410922-2020-9999999"),
        (COUNTY, "A4", "2020-11-12", ""),
    ]
    pushed = push(a_list(*rows))
    after = differences()
    text = "登记单位,信访编号,登记时间,登记号\n" + "".join(
        f"{COUNTY},B{day},2020-11-0{day},{number}\n"
        for day, number in ((1, entered), (2, late), (3, missing))
    )
    again = push(text.encode("gbk"), name="清单.csv")

    assert set(before.values()) == {
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
    assert (
        as_office(CITY)
        .get("intake", "/national-lists/differences", office=COUNTY, limit=200, **DAYS)
        .is_success
    )
    # A list replaces what was known of its days.
    assert again.status_code == 201, again.text
    assert not {entered, late, missing, "410922-2020-9999999"} & differences().keys()
    assert places(push(a_list(*rows), to="2020-11-10")) == {
        ("/file", "day_outside_list")
    }
    refused(push(a_list(*rows), caller=other), 422, "list_of_other_office")
    refused(push(a_list((COUNTY, "A1", "六月", entered))), 422, "date_invalid")
    twice = a_list(rows[0], (COUNTY, "A9", "2020-11-02", entered))
    assert places(push(twice)) == {("/file", "reception_repeated")}
    refused(push(b"%PDF-1.7"), 422, "not_a_spreadsheet")
