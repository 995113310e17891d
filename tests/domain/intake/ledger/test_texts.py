"""
Ledgers in CSV and JSON.
"""

import csv
import io
import json

import pytest

from tests.builders.ledger_files import (
    FORM,
    TITLES,
    a_case,
    delimited,
    notices,
    read,
    refusal,
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_its_encoding_with_its_delimiter(encoding, delimiter):
    case = a_case(facts='他说："不服"，\n要求再审；', origin="本院排查")

    stream = delimited(a_case(7), case, delimiter=delimiter, encoding=encoding)
    first, second = read(stream, "台账.csv")

    assert first.problems == second.problems == ()
    assert (first.sheet, second.row) == ("", 3)
    assert second.values["facts"] == '他说："不服"，\n要求再审；'
    assert not stream.closed


def test_a_csv_may_have_lines_above_its_titles_and_short_rows():
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([FORM.title])
    writer.writerow(TITLES.values())
    writer.writerow([])
    writer.writerow([1, "清丰县院"])

    (row,) = read(io.BytesIO(out.getvalue().encode()), "台账.csv")

    assert row.row == 4
    assert {fault.code for fault in row.problems} == {"cell_missing"}


@pytest.mark.parametrize("by", ["id", "title"])
def test_json_objects_are_read_by_id_or_title_with_the_same_checks(by):
    case = a_case(
        accepted_on="2019年13月5日", lawfully_ended=False, repeats_in_window=0
    )
    case["dispositions"] = ["解决问题", "帮扶救助"]
    case["prior_opinions"] = [
        {
            "organ_name": "甲法院",
            "on": "2016-1-1",
            "number": "1号",
            "conclusion": "维持",
        }
    ]
    keyed = {k if by == "id" else TITLES[k]: value for k, value in case.items()}
    content = json.dumps([keyed, keyed | {"民族": "某"}], ensure_ascii=False)

    (first, second), noted = notices(io.BytesIO(content.encode()), "台账.json")

    assert [fault.code for fault in first.problems] == ["date_invalid"]
    assert first.problems[0].location.letter == ""
    assert first.values["dispositions"] == ["reasonable_solve", "hardship_help"]
    assert first.values["prior_opinions"][0]["organ"] == "court"
    assert first.values["repeats_in_window"] == 0
    assert first.values["lawfully_ended"] is False
    assert second.row == 2
    assert "民族" in noted["columns_not_collected"].detail


def test_json_of_many_long_cases_is_read():
    cases = [a_case(n, facts="案" * 3000) for n in range(1, 201)]
    content = json.dumps(cases, ensure_ascii=False, indent=2).encode()

    rows = read(io.BytesIO(content), "台账.json")

    assert [row.row for row in rows] == list(range(1, 201))
    assert all(row.problems == () for row in rows)


def test_json_that_breaks_off_is_refused_whole_with_the_place():
    content = json.dumps([a_case(1), a_case(2)], ensure_ascii=False, indent=1)[:-10]

    (fault,) = refusal(io.BytesIO(content.encode()), "x.json")

    assert fault.code == "json_broken"
    assert f"第{content.count(chr(10)) + 1}行" in fault.detail


def test_json_names_the_item_that_is_no_object():
    (fault,) = refusal(io.BytesIO(b'[{"a": 1}, 2]'), "x.json")

    assert fault.detail.startswith("第2条")


@pytest.mark.parametrize(
    "content",
    [
        b'{"rows": []}',
        b"[1, 2]",
        b'[{"a": NaN}]',
        b"[" * 100_000,
        b'[{"a":' + b"[" * 100_000,
        b'[{"a": 1} {"a": 2}]',
    ],
)
def test_json_of_another_shape_is_refused(content):
    (fault,) = refusal(io.BytesIO(content), "x.json")

    assert fault.code in {"json_broken", "json_nested", "other_form"}


def test_a_lone_surrogate_or_nul_never_gets_through():
    content = json.dumps([a_case(facts="甲\x00乙\ud800丙")])

    (row,) = read(io.BytesIO(content.encode()), "x.json")

    assert row.values["facts"] == "甲乙丙"


def test_an_unclosed_quote_in_a_csv_is_named_with_its_row():
    content = delimited(a_case(1)).getvalue() + b'2,"' + "案".encode() * 200_000

    (fault,) = refusal(io.BytesIO(content), "x.csv")

    assert fault.code == "quote_not_closed"
    assert "第3行" in fault.detail


def test_a_text_named_xls_by_an_old_program_is_still_a_ledger():
    (row,) = read(delimited(a_case(), delimiter="\t", encoding="gbk"), "台账.xls")

    assert row.problems == ()
