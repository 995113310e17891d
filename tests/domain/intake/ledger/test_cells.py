"""
Cells as offices write them: days, counts, answers, lists, money, prose.
"""

import io
import json
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

import pytest

from services.intake.ledger.cells import Context, parser_for
from services.intake.ledger.problems import CellError
from services.intake.ledger.xlsx_stream import letters
from tests.builders.ledger_files import CONTEXT, FORM, a_case, faults, read, values


@pytest.mark.parametrize(
    "written",
    [
        "2019年3月5日",
        "2019 年 3 月 5 日",
        "２０１９年３月５日",
        "2019年03月05号",
        "2019-3-5",
        "2019-03-05 00:00:00",
        "2019/03/05",
        "2019.3.5",
        "20190305",
        20190305,
        "二〇一九年三月五日",
        "二○一九年三月五日",
        "二零一九年三月五日",
        datetime(2019, 3, 5),  # noqa: DTZ001 - a date cell
        datetime(2019, 3, 5, 14, 30),  # noqa: DTZ001
        date(2019, 3, 5),
        43529,
        "43529",
        " 2019年3月5日\n",
    ],
)
def test_a_day_is_understood_in_all_the_ways_offices_write_it(written):
    assert values(last_petition_on=written)["last_petition_on"] == "2019-03-05"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("二〇一九年十二月三十一日", "2019-12-31"),
        ("二〇一九年十月二十日", "2019-10-20"),
        ("二〇一九年十一月廿一日", "2019-11-21"),
    ],
)
def test_tens_in_chinese_numerals_are_counted(written, day):
    assert values(last_petition_on=written)["last_petition_on"] == day


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2019年13月5日", "date_invalid"),
        ("2019年2月30日", "date_invalid"),
        ("20191305", "date_invalid"),
        ("前年", "date_invalid"),
        ("二〇一九年十三月五日", "date_invalid"),
        (7, "date_invalid"),
        ("2019年3月", "date_without_day"),
        ("2019年底", "date_without_day"),
        ("2020年12月1日", "date_in_future"),
        ("1948-01-01", "date_too_early"),
    ],
)
def test_a_day_that_cannot_be_is_named(written, code):
    assert faults(accepted_on=written)["accepted_on"].code == code


def test_a_fault_says_where_what_and_how_to_mend_it():
    fault = faults(accepted_on="2019年13月5日")["accepted_on"]

    assert fault.location.title == "登记受理日期"
    assert fault.location.letter == letters(
        [column.id for column in FORM.columns].index("accepted_on")
    )
    assert fault.location.value == "2019年13月5日"
    assert fault.detail == "“2019年13月5日”不是有效日期。"
    assert fault.remedy == "请改为如 2019年3月5日 的日期。"


def test_today_is_not_in_the_future_and_a_time_limit_may_be():
    read_values = values(reported_on="2020-11-30", resolve_by="2021-12-31")

    assert read_values["reported_on"] == "2020-11-30"
    assert read_values["resolve_by"] == "2021-12-31"


@pytest.mark.parametrize(
    ("written", "count"),
    [
        (3, 3),
        ("3", 3),
        ("３次", 3),
        ("3 次", 3),
        ("三次", 3),
        ("十二次", 12),
        ("无", 0),
        (0, 0),
    ],
)
def test_a_count_may_carry_its_unit(written, count):
    assert values(repeats_in_window=written)["repeats_in_window"] == count


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("多次", "integer_invalid"),
        (2.5, "integer_invalid"),
        ("3次以上", "integer_invalid"),
        (-1, "integer_negative"),
        ("1000000000000", "integer_too_large"),
    ],
)
def test_what_is_no_count_is_named(written, code):
    assert faults(repeats_in_window=written)["repeats_in_window"].code == code


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("是", True),
        ("√", True),
        ("有", True),
        (True, True),
        ("否", False),
        ("无", False),
        ("×", False),
    ],
)
def test_yes_and_no_have_many_signs(written, answer):
    assert values(lawfully_ended=written)["lawfully_ended"] is answer


def test_an_answer_that_is_neither_is_named():
    assert faults(lawfully_ended="部分")["lawfully_ended"].code == "boolean_invalid"


@pytest.mark.parametrize(
    ("column", "written", "code"),
    [
        ("origin", " 本院 排查 ", "own_screening"),
        ("origin", "自行排查", "own_screening"),
        ("difficulty", "钉子案", "nail"),
        ("last_petition_form", "网上", "online"),
        ("case_kind", "刑事申诉(法院)", "criminal_appeal_court"),
        ("case_kind", "complaint", "complaint"),
        ("scope_class", 3, 3),
        ("scope_class", "３", 3),
        ("scope_class", "第三类", 3),
        ("scope_class", "Ⅲ", 3),
        ("scope_class", "③", 3),
    ],
)
def test_a_label_stands_for_its_code_however_it_is_spelt(column, written, code):
    assert values(**{column: written})[column] == code


def test_a_label_outside_the_list_gets_the_list_and_the_nearest_one():
    fault = faults(origin="市检院交办")["origin"]

    assert fault.code == "code_unknown"
    assert fault.remedy.startswith("是否要填“市院交办”？")
    assert "高检院交办、省院交办、市院交办" in fault.remedy


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("解决问题、帮扶救助", ["reasonable_solve", "hardship_help"]),
        (
            "诉求合理的解决问题到位；生活困难的帮扶救助到位",
            ["reasonable_solve", "hardship_help"],
        ),
        (
            "☑诉求合理 □诉求无理 ☑生活困难 □行为违法",
            ["reasonable_solve", "hardship_help"],
        ),
        ("√解决问题\n√帮扶救助", ["reasonable_solve", "hardship_help"]),
        ("无", []),
    ],
)
def test_a_list_is_taken_apart(written, codes):
    assert values(dispositions=written)["dispositions"] == codes


def test_an_unknown_item_of_a_list_is_named_alone():
    fault = faults(dispositions="解决问题、再看看")["dispositions"]

    assert fault.code == "code_unknown"
    assert "“再看看”" in fault.detail


def test_three_crossings_may_be_named_or_only_affirmed():
    assert values(cross_separate="跨地区、人户分离")["cross_separate"] == [
        "cross_area",
        "person_and_household",
    ]
    assert values(cross_separate="是")["cross_separate"] == ["unspecified"]
    assert values(cross_separate="否")["cross_separate"] == []


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("12,000元", "12000.00"),
        ("1.2万元", "12000.00"),
        (12000, "12000.00"),
        ("￥12000.5", "12000.50"),
    ],
)
def test_money_is_in_yuan(written, yuan):
    assert values(aid_amount=written)["aid_amount"] == yuan


@pytest.mark.parametrize("written", ["若干", "-5", "0.001", "999999999999"])
def test_what_is_no_money_is_named(written):
    assert faults(aid_amount=written)["aid_amount"].code.startswith("money_")


def test_an_office_is_taken_by_code_or_name_and_an_unknown_one_is_named():
    assert values(reporting_office="清丰县院")["reporting_office"] == "410922"
    assert values(reporting_office=410922)["reporting_office"] == "410922"
    assert (
        faults(reporting_office="某县院")["reporting_office"].code == "office_unknown"
    )


def test_the_nearest_names_are_offered_for_an_office_that_there_is_not():
    near = replace(CONTEXT, near_offices=lambda _name: ["清丰县院"])
    column = next(each for each in FORM.columns if each.type == "office")

    with pytest.raises(CellError) as refused:
        parser_for(column, FORM, near)("清丰院")
    assert refused.value.remedy.startswith("是否要填“清丰县院”？请填写名录中的")


def test_prose_keeps_its_lines_and_loses_what_no_one_sees():
    read_values = values(facts="  第一段。\r\n　　第二段，完\u200b。 ")

    assert read_values["facts"] == "第一段。\n第二段，完。"


def test_numbers_lose_full_width_and_spaces_and_names_their_spread():
    read_values = values(
        id_no="９９９９９９ 19460502 1872",
        petitioner_name="甄　虚",
        case_no="清检控申〔２０２０〕 ７号",
        phone="０３９３－００００００１",
    )

    assert read_values["id_no"] == "999999194605021872"
    assert read_values["petitioner_name"] == "甄虚"
    assert read_values["case_no"] == "清检控申〔2020〕7号"
    assert read_values["phone"] == "0393-0000001"


def test_a_text_over_its_length_is_named_with_both_lengths():
    fault = faults(main_demand="诉" * 1001)["main_demand"]

    assert fault.code == "text_too_long"
    assert "共1001字，超过1000字" in fault.detail
    assert len(fault.location.value) < 40


@pytest.mark.parametrize("written", ["/", "—", "无", "不详"])
def test_a_dash_is_an_empty_cell(written):
    assert values(team=written)["team"] is None
    assert faults(main_demand=written)["main_demand"].code == "cell_missing"


# -- cells that are made to take long: quadratic code would not end

PATTERNS = [
    " ",
    "\n ",
    "1",
    "1,",
    "1 ",
    "甲 ",
    "、",
    "☑ ",
    "☑甲",
    "十",
    "2019年1月1日 ",
    "_x000D_",
    "甲，",
    "；",
    "(",
    "1.",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_cell_without_end_is_parsed_in_linear_time(pattern):
    context = Context(today=date(2020, 11, 30), office_of=lambda _name: None)
    of_each_type = {column.type: column for column in FORM.columns}
    cell = "甲\n乙" + pattern * (100_000 // len(pattern)) + "x"
    for column in of_each_type.values():
        with suppress(CellError):
            parser_for(column, FORM, context)(cell)


def test_a_cell_longer_than_a_workbook_holds_is_refused_before_it_is_read():
    content = json.dumps([a_case(main_demand="求" * 32_768)], default=str).encode()
    (row,) = read(io.BytesIO(content), filename="台账.json")
    (fault,) = row.problems

    assert (fault.code, fault.location.column) == ("text_too_long", "main_demand")
    assert "32768" in fault.detail
