"""
Ledgers as offices have them: what a person at a counter would do to a file, and what
the reader of ledgers makes of it. No good row is lost, every reason is the true one.
"""

import io
import json
import time

import orjson
import pytest
from openpyxl import Workbook, load_workbook

from services.intake.ledger import lines_of, read_ledger
from services.intake.ledger.cells.text import position
from services.intake.ledger.xlsx_stream import letters
from tests.builders.ledger_files import (
    CONTEXT,
    FORM,
    TITLES,
    a_case,
    as_json,
    delimited,
    read,
    refusal,
    saved,
    xlsx,
)


def noted(stream, filename="台账.xlsx"):
    reading = read_ledger(stream, filename=filename, form=FORM, context=CONTEXT)
    rows = list(reading)
    return rows, {notice.code: notice.detail for notice in reading.notices}


def codes(row):
    return {fault.location.column: fault.code for fault in row.problems}


def good(rows):
    return [row.values["case_no"] for row in rows if not row.problems]


ONE, TWO, THREE = (f"清检控申〔2020〕{n}号" for n in (1, 2, 3))


# -- what a program left in a cell


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("csv", "2019年\x0013月5日"),
        ("json", "2019年\x0013月5日"),
        ("json", "2019年\ud80013月5日"),
        ("xlsx", "2019年_x0000_13月5日"),
        ("xlsx", "2019年_xD800_13月5日"),
    ],
)
def test_no_sign_of_a_program_in_a_faulty_cell_stops_anything(kind, text):
    write = {"csv": delimited, "json": as_json, "xlsx": xlsx}[kind]
    stream = write(a_case(1), a_case(2, accepted_on=text), a_case(3))
    lines = lines_of(stream, filename=f"x.{kind}", form=FORM, context=CONTEXT)

    first, second, third, end = [orjson.loads(orjson.dumps(line)) for line in lines]

    assert first["problems"] == third["problems"] == []
    assert second["problems"][0]["code"] == "date_invalid"
    assert "\x00" not in second["raw"]["accepted_on"]
    assert end["end"]["rows"] == 3


@pytest.mark.parametrize("guard", ["'{}", '="{}"'])
def test_the_guards_of_excel_fall_off(guard):
    plain = {"case_no": "清检1", "accepted_on": "2016-11-15", "id_type": "身份证"}
    plain["id_no"] = "999999194605021872"
    case = a_case(**{column: guard.format(text) for column, text in plain.items()})
    written = [(delimited(case), "x.csv"), (as_json(case), "x.json")]
    if "=" not in guard:
        written.append((xlsx(case), "x.xlsx"))
    for stream, name in written:
        (row,) = read(stream, name)

        assert row.problems == ()
        assert row.values | plain | {"id_type": "resident_id"} == row.values


def test_an_apostrophe_that_quotes_stays():
    (row,) = read(xlsx(a_case(main_demand="'不服'判决")))

    assert row.values["main_demand"] == "'不服'判决"


@pytest.mark.parametrize("word", ["NULL", "nan", "None", "N/A", " null ", "NaT"])
def test_the_null_of_a_program_is_an_empty_cell(word):
    case = a_case(main_demand=word, plan=word, id_no=word)
    for stream, name in ((xlsx(case), "x.xlsx"), (delimited(case), "x.csv")):
        (row,) = read(stream, name)

        assert codes(row) == {"main_demand": "cell_missing"}
        assert (row.values["plan"], row.values["id_no"]) == (None, None)


def test_a_formula_that_failed_is_named_also_in_a_cell_that_may_be_empty():
    (row,) = read(delimited(a_case(main_demand="#REF!", team="#N/A")), "x.csv")

    assert codes(row) == {"main_demand": "formula_failed", "team": "formula_failed"}


def test_a_formula_that_failed_in_a_workbook_is_named():
    book = Workbook()
    sheet = book.active
    sheet.title = "台账 & 表"
    book.create_sheet("空")
    for place, (column_id, title) in enumerate(TITLES.items(), start=2):
        sheet.cell(3, place, title)
        sheet.cell(4, place, a_case(1).get(column_id))
        cell = sheet.cell(5, place, a_case(2).get(column_id))
        if column_id in {"team", "origin"}:
            cell.value = "#N/A"
            cell.data_type = "e"

    first, second = read(saved(book))

    assert first.problems == ()
    assert codes(second) == {"team": "formula_failed", "origin": "formula_failed"}
    assert second.problems[0].location.sheet == "台账 & 表"


def test_the_letters_of_a_column_and_its_place_are_one():
    for place in (0, 25, 26, 701, 702, 16_383):
        assert position(letters(place)) == place


# -- values that are none


def test_a_number_too_large_is_a_wrong_cell_not_a_wrong_file():
    content = json.dumps([a_case(1), a_case(2, accepted_on=0), a_case(3, persons=0)])
    content = content.replace('"accepted_on": 0', '"accepted_on": 1e400')
    content = content.replace('"persons": 0', f'"persons": {"9" * 5000}')

    first, second, third = read(io.BytesIO(content.encode()), "x.json")

    assert first.problems == ()
    assert codes(second) == {"accepted_on": "date_invalid"}
    assert second.raw["accepted_on"] == "1e400"
    assert codes(third) == {"persons": "integer_invalid"}


@pytest.mark.parametrize("depth", [5, 600])
def test_a_value_nested_deeper_than_a_cell_is_a_wrong_cell(depth):
    value = "甲"
    for _ in range(depth):
        value = [value]

    first, second = read(as_json(a_case(1, plan=value), a_case(2)), "x.json")

    assert codes(first) == {"plan": "value_nested"}
    assert second.problems == ()


def test_json_nested_deeper_than_can_be_read_is_refused_for_that_reason():
    content = b'[{"case_no":' + b"[" * 5000 + b"]" * 5000 + b"}]"

    (fault,) = refusal(io.BytesIO(content), "x.json")

    assert fault.code == "json_nested"


def test_a_cell_of_a_csv_may_be_so_long_that_its_row_comes_back():
    cases = (a_case(1), a_case(2, facts="案" * 140_000), a_case(3))

    first, second, third = read(delimited(*cases), "x.csv")

    assert first.problems == third.problems == ()
    assert codes(second) == {"facts": "text_too_long"}


def test_an_unclosed_quote_is_named_also_in_a_short_file():
    content = delimited(a_case(1)).getvalue() + b'2,"x\r\n' + b"3,y\r\n"

    (fault,) = refusal(io.BytesIO(content), "x.csv")

    assert fault.code == "quote_not_closed"
    assert "第3行" in fault.detail


@pytest.mark.parametrize(
    "text",
    [
        "9" * 60_000 + " " * 30_000 + "元",
        "9" * 16_000 + " " * 12_000,
        "\u0301\u0323" * 16_000,
    ],
)
def test_the_time_for_a_row_grows_with_its_length_and_no_faster(text):
    began = time.process_time()
    columns = ("case_no", "accepted_on", "persons", "origin", "aid_amount", "facts")
    rows = read(as_json(a_case(1), dict.fromkeys(columns, text), a_case(2)), "x.json")

    assert good(rows) == [ONE, TWO]
    assert time.process_time() - began < 6


# -- rows that are no cases, and cases that look like such


def test_a_column_of_remarks_may_come_first():
    columns = ["note", *(column for column in TITLES if column != "note")]
    remarks = ("备注：已核", "说明：审核一次", "审核一次通过", "以上属实", "盖章")
    cases = [a_case(n, note=note) for n, note in enumerate(remarks, start=1)]

    rows, _ = noted(xlsx(*cases, columns=columns))

    assert len(good(rows)) == len(remarks)


def test_a_row_that_is_passed_over_with_something_in_the_case_number_is_named():
    rows, notices = noted(xlsx(a_case(1), below=[["合计", "", "", 3, "", "", "x"]]))

    assert good(rows) == [ONE]
    assert "第4行" in notices["rows_remarks"]


@pytest.mark.parametrize(
    "numbers",
    [
        [f"（{n}）" for n in range(1, 64)],
        ["栏次", *range(1, 63)],
        ["甲", "乙", "丙", *range(1, 60)],
        ["①", "②", "③", "④", "⑤", "⑥"],
        [f"{n}." for n in range(1, 30)],
    ],
)
def test_a_row_that_numbers_the_columns_is_no_case(numbers):
    book = Workbook()
    book.active.append(list(TITLES.values()))
    book.active.append(numbers)
    book.active.append([a_case(1).get(column) for column in TITLES])

    rows, _ = noted(saved(book))

    assert [(row.row, row.problems) for row in rows] == [(3, ())]


@pytest.mark.parametrize(
    "footer",
    [
        ["本页小计", "", 3, 4],
        ["打印日期：2020年11月20日", "", "第1页"],
        ["检察长签字：", "", "", "", "2020年11月20日"],
        ["承办部门（盖章）", "", "", "", "年  月  日"],
        ["填报单位（公章）：清丰县院", "x"],
        ["单位负责人签章", "", "填表人"],
    ],
)
def test_a_footer_is_no_case(footer):
    rows, _ = noted(xlsx(a_case(1), below=[footer]))

    assert [row.problems for row in rows] == [()]


# -- titles


@pytest.mark.parametrize(
    "title",
    ["案件编号（必填）", "*案件编号", "案件编号[格式：清检〔2020〕1号]", "4.案件编号"],
)
def test_a_title_may_have_words_in_brackets_and_a_number(title):
    (row,) = read(xlsx(a_case(1), titles={"case_no": title}))

    assert row.problems == ()


def test_titles_that_are_not_understood_are_named_where_columns_are_missing():
    titles = {"case_no": "编号", "petitioner_name": "信访人名字"}

    (fault,) = refusal(xlsx(a_case(1), titles=titles))

    assert fault.code == "columns_missing"
    assert "案件编号、信访人姓名" in fault.detail
    assert "D列“编号”" in fault.detail
    assert "“信访人名字”" in fault.detail


def test_titles_that_are_not_understood_are_named_in_another_form():
    book = Workbook()
    book.active.append(["编号", "信访人名字", "人数"])
    book.active.append(["1", "甲", 1])

    (fault,) = refusal(saved(book))

    assert fault.code == "other_form"
    assert "A列“编号”、B列“信访人名字”" in fault.detail


# -- sheets


def a_sheet(*cases, columns=TITLES, name="领导用简表"):
    rows = [[case.get(each) for each in columns] for case in cases]
    return name, [[TITLES[each] for each in columns], *rows], "visible"


def required(share):
    columns = [column.id for column in FORM.required()]
    return columns[: int(len(columns) * share)]


def test_a_short_list_beside_the_ledger_does_not_fail_the_workbook():
    short = a_sheet(a_case(1), a_case(2), columns=required(0.6))

    rows, notices = noted(xlsx(a_case(1), a_case(2), more_sheets=[short]))

    assert good(rows) == [ONE, TWO]
    assert "领导用简表" in notices["sheet_incomplete"]
    assert "也不在台账中" not in notices["sheet_incomplete"]


def test_a_case_that_stands_in_the_short_list_alone_is_named():
    short = a_sheet(a_case(1), a_case(3), columns=required(0.6))

    _, notices = noted(xlsx(a_case(1), a_case(2), more_sheets=[short]))

    assert "第3行的案件也不在台账中" in notices["sheet_incomplete"]


def test_a_case_on_two_sheets_is_repeated_and_one_that_differs_comes_back():
    parts = a_sheet(a_case(1, seq=9), a_case(2, persons=7), name="分表")

    first, second, again, other = read(xlsx(a_case(1), a_case(2), more_sheets=[parts]))

    assert [row.repeated for row in (first, second, again)] == [False, False, True]
    assert first.problems == second.problems == again.problems == ()
    assert codes(other) == {"case_no": "case_number_twice"}


@pytest.mark.parametrize(
    "number", ["清检[2020]7号", "清检（2020）7号", "清检【2020】 7号"]
)
def test_a_case_number_in_other_brackets_is_the_same_number(number):
    first, second = read(
        xlsx(a_case(1, case_no="清检〔2020〕7号"), a_case(2, case_no=number, persons=9))
    )

    assert first.problems == ()
    assert codes(second) == {"case_no": "case_number_twice"}


def test_what_is_merged_down_is_said_of_every_row_it_covers():
    stream = xlsx(
        a_case(1),
        *(a_case(n, reporting_office=None, reported_on=None) for n in (2, 3)),
        a_case(4, reporting_office=None),
        below=[["注：以上属实"]],
    )
    book = load_workbook(stream)
    book.active.merge_cells("B3:B6")
    book.active.merge_cells("C3:C5")

    rows = read(saved(book))

    assert [row.problems for row in rows] == [()] * 4
    assert {row.values["reporting_office"] for row in rows} == {"410922"}
    assert rows[2].values["reported_on"] == "2020-11-20"


def test_a_case_number_merged_over_two_rows_is_said_of_the_first_alone():
    book = load_workbook(xlsx(a_case(1), a_case(2, case_no=None)))
    book.active.merge_cells("D3:D4")

    first, second = read(saved(book))

    assert first.problems == ()
    assert codes(second) == {"case_no": "cell_missing"}


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_mark_at_the_beginning_of_a_gb18030_text_is_no_part_of_it(kind):
    text = delimited(a_case(1)).getvalue().decode()
    if kind == "json":
        text = json.dumps([a_case(1)], ensure_ascii=False)
    stream = io.BytesIO(("\ufeff" + text).encode("gb18030"))

    rows, notices = noted(stream, f"x.{kind}")

    assert good(rows) == [ONE]
    assert rows[0].values["seq"] == 1
    assert notices == {}


def test_a_blank_of_a_csv_below_a_filled_cell_may_come_from_a_merged_one():
    """
    An xlsx says which cells are merged, a csv does not.
    """
    cases = [
        a_case(1, origin=""),
        a_case(2),
        a_case(3, origin=""),
        a_case(4, origin=""),
    ]
    first, _, third, fourth = read(delimited(*cases), "x.csv")
    *_, in_json = read(as_json(*cases), "x.json")

    for row in (first, third, fourth, in_json):
        assert codes(row) == {"origin": "cell_missing"}
    said = [row.problems[0] for row in (first, third, fourth, in_json)]
    assert ["合并单元格" in each.detail for each in said] == [False, True, True, False]
    assert ["另存为 xlsx" in each.remedy for each in said] == [False, True, True, False]
