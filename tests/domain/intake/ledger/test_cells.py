import dataclasses
import io
import json
from contextlib import suppress
from datetime import date, datetime

import pytest
from stdnum.cn import ric

from services.intake.ledger.cells import Context, parser_for
from services.intake.ledger.problems import BadCell, hidden
from services.intake.ledger.xlsx_stream import letters
from tests.builders.ledger_files import FORM, a_case, faults, read, values, xlsx


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


def test_opinions_are_taken_apart_and_know_whose_they_are():
    read_values = values(
        prior_opinions="濮阳市中级人民法院，2016年1月29日，（2016）豫09民终243号，驳回上诉，维持原判；"
        "清丰县人民检察院，2016-08-27，清检控申〔2016〕3号，不支持；理由充分\n"
        "清丰县公安局，2015.1.2，不予立案",
        prior_is_final="是；否；是",
    )

    assert read_values["prior_opinions"] == [
        {
            "organ_name": "濮阳市中级人民法院",
            "organ": "court",
            "on": "2016-01-29",
            "number": "(2016)豫09民终243号",
            "conclusion": "驳回上诉，维持原判",
            "final": True,
        },
        {
            "organ_name": "清丰县人民检察院",
            "organ": "procuratorate",
            "on": "2016-08-27",
            "number": "清检控申〔2016〕3号",
            "conclusion": "不支持；理由充分",
            "final": False,
        },
        {
            "organ_name": "清丰县公安局",
            "organ": "other_competent",
            "on": "2015-01-02",
            "number": None,
            "conclusion": "不予立案",
            "final": True,
        },
    ]


def test_one_answer_on_finality_is_for_all_opinions():
    opinions = values(
        prior_opinions="甲法院，2016-1-1，1号，维持；乙检察院，2016-2-1，2号，维持",
        prior_is_final="是",
    )["prior_opinions"]

    assert [opinion["final"] for opinion in opinions] == [True, True]


@pytest.mark.parametrize(
    ("opinions", "final", "column", "code"),
    [
        ("已经答复", "是", "prior_opinions", "opinion_incomplete"),
        ("甲法院，去年，1号，维持", "是", "prior_opinions", "opinion_date_invalid"),
        (
            "甲法院，2021-1-1，1号，维持",
            "是",
            "prior_opinions",
            "opinion_date_in_future",
        ),
        (
            "甲法院，2016-1-1，1号，维持",
            "是；否",
            "prior_is_final",
            "finality_count_differs",
        ),
        ("甲法院，2016-1-1，1号，维持", "也许", "prior_is_final", "boolean_invalid"),
    ],
)
def test_an_opinion_that_cannot_be_understood_is_named(opinions, final, column, code):
    named = faults(prior_opinions=opinions, prior_is_final=final)

    assert named[column].code == code


def test_progress_is_a_list_of_days_and_words():
    assert values(progress="2020年11月1日：约见信访人\n材料在补\n")["progress"] == [
        {"on": "2020-11-01", "text": "约见信访人"},
        {"on": None, "text": "材料在补"},
    ]


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
        with suppress(BadCell):
            parser_for(column, FORM, context)(cell)


def test_a_cell_longer_than_a_workbook_holds_is_refused_before_it_is_read():
    content = json.dumps([a_case(main_demand="求" * 32_768)], default=str).encode()
    (row,) = read(io.BytesIO(content), filename="台账.json")
    (fault,) = row.problems

    assert (fault.code, fault.location.column) == ("text_too_long", "main_demand")
    assert "32768" in fault.detail
