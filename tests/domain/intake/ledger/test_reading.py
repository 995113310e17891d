"""
Ledgers as they are read: titles, columns, rows and sheets.
"""

import json
from dataclasses import replace

import pytest
from openpyxl import Workbook

from services.intake.ledger import read_ledger
from tests.builders.ledger_files import (
    CONTEXT,
    FORM,
    ROOT,
    TITLES,
    a_case,
    notices,
    read,
    saved,
    xlsx,
)


@pytest.mark.parametrize("heading", [1, 2, 3, 14])
def test_titles_are_found_below_whatever_stands_above_them(heading):
    (row,) = read(xlsx(a_case(), heading=heading))

    assert row.problems == ()
    assert (row.sheet, row.row) == ("台账", heading + 2)
    assert row.values["case_no"] == "清检控申〔2020〕1号"


def test_columns_may_stand_in_any_order_under_their_older_titles():
    columns = list(reversed(TITLES))
    titles = {"accepted_on": "受理日期", "id_no": "身份证号码", "facts": "基 本 案 情"}

    (row,) = read(xlsx(a_case(), columns=columns, titles=titles))

    assert row.problems == ()
    assert row.values["accepted_on"] == "2016-11-15"


def test_a_short_title_means_what_its_group_says():
    titles = {"hearing_on": "日期", "aid_on": "日期", "hearing_decision": "是否"}
    case = a_case(hearing_decision="是", hearing_on="2020-11-2", aid_on="2020-11-3")

    (row,) = read(xlsx(case, titles=titles))

    assert row.values["hearing_on"] == "2020-11-02"
    assert row.values["aid_on"] == "2020-11-03"
    assert row.values["hearing_decision"] == "hold"


def test_the_place_of_a_fault_is_the_one_the_office_sees():
    book = Workbook()
    sheet = book.active
    columns = list(a_case())
    for place, column_id in enumerate(columns, start=3):
        sheet.cell(4, place, TITLES[column_id])
        sheet.cell(6, place, a_case(accepted_on="x").get(column_id))

    (row,) = read(saved(book))

    assert row.row == 6
    assert row.problems[0].location.letter == "R"


def test_what_is_no_case_is_passed_over():
    numbers = dict.fromkeys(TITLES)
    numbers.update({column_id: n for n, column_id in enumerate(TITLES, start=1)})
    cases = [numbers, a_case(1), None, a_case(2), {"seq": 3}, dict(TITLES), a_case(4)]
    below = [
        [],
        ["合　计", None, None, 3],
        ["注：1.案件来源按来文填写。", "2.其他"],
        ["填表人：某某", "", "", "联系电话：0393-0000000"],
        ["2.治理范围类别填写一至四。"],
        [None, None, None, "以下各案另报"],
    ]

    rows, noted = notices(xlsx(*cases, below=below))

    assert [row.row for row in rows] == [4, 6, 9]
    assert all(row.problems == () for row in rows)
    assert "第15行" in noted["rows_alone"].detail


def test_sheets_that_hold_no_ledger_are_passed_over_with_a_word():
    more = [
        ("说明", [["填表说明"], ["一、总则"]], "visible"),
        ("底稿", [list(TITLES.values()), ["x"] * len(TITLES)], "hidden"),
        ("空", [], "visible"),
    ]

    rows, noted = notices(xlsx(a_case(), more_sheets=more))

    assert len(rows) == 1
    assert noted["sheet_hidden"].location.sheet == "底稿"
    assert noted["sheet_without_heading"].location.sheet == "空"


def test_several_sheets_of_the_form_are_one_ledger():
    case = a_case(1, persons=7)
    second = [list(TITLES.values()), [case.get(each) for each in TITLES]]

    _, again = read(xlsx(a_case(1), more_sheets=[("续表", second, "visible")]))

    assert (again.sheet, again.row) == ("续表", 2)
    assert [fault.code for fault in again.problems] == ["case_number_twice"]


def test_columns_of_no_form_are_named_once_and_those_about_persons_refused():
    book = Workbook()
    sheet = book.active
    sheet.append([*TITLES.values(), "承办庭室", "政治面貌", "填报单位"])
    sheet.append([*(a_case().get(each) for each in TITLES), "一庭", "群众", "x"])

    (row,), noted = notices(saved(book))

    assert row.problems == ()
    assert "BM列“承办庭室”" in noted["columns_unknown"].detail
    assert "“政治面貌”按规定不得采集" in noted["columns_not_collected"].detail
    assert "“填报单位”" in noted["columns_twice"].detail
    assert "群众" not in json.dumps(row.as_json(), ensure_ascii=False)


def test_a_row_knows_the_texts_the_office_wrote():
    (row,) = read(xlsx(a_case(accepted_on="２０１９年１３月５日", repeats_in_window=3)))

    assert row.raw["accepted_on"] == "２０１９年１３月５日"
    assert row.raw["repeats_in_window"] == "3"
    assert "team" not in row.raw
    assert row.values["accepted_on"] is None
    assert json.loads(json.dumps(row.as_json()))["values"]["repeats_in_window"] == 3


def test_the_demonstration_ledgers_are_read():
    for path in sorted((ROOT / "deploy" / "demo" / "ledgers").iterdir()):
        context = replace(CONTEXT, office_of=lambda name: "410900")
        reading = read_ledger(path, filename=path.name, form=FORM, context=context)

        assert list(reading), path.name
        assert reading.notices == []
