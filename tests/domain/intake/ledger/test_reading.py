import csv
import io
import json
import struct
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from services.intake.ledger import read_ledger
from services.intake.ledger.files import binary
from services.intake.ledger.files.opendocument import marks_of
from tests.builders.ledger_files import (
    CONTEXT,
    FORM,
    ROOT,
    TITLES,
    a_case,
    delimited,
    read,
    refusal,
    saved,
    xlsx,
)


def notices(stream, filename="台账.xlsx"):
    reading = read_ledger(stream, filename=filename, form=FORM, context=CONTEXT)
    rows = list(reading)
    return rows, {notice.code: notice for notice in reading.notices}


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
    assert "BL列“承办庭室”" in noted["columns_unknown"].detail
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


def zipped(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    stream.seek(0)
    return stream


def ole(name):
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    return io.BytesIO(head + name.encode("utf-16-le") + b"\x00" * 600)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n  ", "empty_file"),
        (b"%PDF-1.4 ...", "not_a_spreadsheet"),
        (b"\x00\x01\x02garbage", "not_a_spreadsheet"),
        (b"<html><table></table>", "not_a_spreadsheet"),
        ("这不是表格".encode(), "not_a_spreadsheet"),
        (b"PK\x03\x04 torn", "file_damaged"),
        (b"\xff\xfea", "encoding_unknown"),
        (zipped(word__document_dot_xml=b"<w/>").getvalue(), "not_a_spreadsheet"),
        (zipped(xl__workbook_dot_xml=b"<w/>").getvalue(), "file_damaged"),
        (ole("EncryptedPackage").getvalue(), "file_protected"),
        (ole("WordDocument").getvalue(), "not_a_spreadsheet"),
        (ole("Workbook").getvalue(), "file_damaged"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused_with_a_way_out(content, code):
    (fault,) = refusal(io.BytesIO(content))

    assert fault.code == code
    assert fault.detail
    assert fault.remedy


def test_every_cut_of_a_workbook_is_refused_and_none_breaks_the_reader():
    whole = xlsx(a_case()).getvalue()

    for size in range(4, len(whole), len(whole) // 40):
        (fault,) = refusal(io.BytesIO(whole[:size]))

        assert fault.code == "file_damaged"


def test_another_form_is_told_what_is_missing_and_what_was_found():
    book = Workbook()
    book.active.append(["姓名", "性别", "序号", "单价"])
    book.active.append(["甲", "女", 1, 2])

    (fault,) = refusal(saved(book))

    assert fault.code == "other_form"
    assert "案件编号" in fault.detail
    assert "信访人姓名" in fault.detail


def test_a_ledger_without_a_required_column_is_refused_once_not_row_by_row():
    columns = [each for each in TITLES if each not in {"case_no", "accepted_on"}]

    (fault,) = refusal(xlsx(a_case(1), a_case(2), columns=columns))

    assert fault.code == "columns_missing"
    assert "案件编号、登记受理日期" in fault.detail


def test_a_form_without_cases_is_refused():
    (fault,) = refusal(xlsx())

    assert fault.code == "no_rows"


def limited(**limits):
    return replace(FORM, limits=replace(FORM.limits, **limits))


def test_more_rows_than_allowed_are_refused():
    (fault,) = refusal(xlsx(a_case(1), a_case(2), a_case(3)), form=limited(rows=2))

    assert fault.code == "too_many_rows"
    assert "2行" in fault.detail


def test_a_zip_that_unpacks_to_too_much_is_refused_whatever_it_says_of_itself():
    bomb = zipped(
        xl__workbook_dot_xml=b"<w/>", xl__worksheets__s_dot_xml=b" " * 3_000_000
    )
    lying = bomb.getvalue().replace(
        (3_000_000).to_bytes(4, "little"), (30).to_bytes(4, "little")
    )
    form = limited(unpacked_mib=1)

    assert [fault.code for fault in refusal(bomb, form=form)] == ["file_too_large"]
    assert [f.code for f in refusal(io.BytesIO(lying), form=form)] == ["file_too_large"]


@pytest.mark.parametrize("place", ["C1048576", "XFD2"])
def test_a_stray_cell_far_away_is_refused_before_it_fills_the_memory(place):
    book = Workbook()
    book.active["A1"] = "序号"
    book.active[place] = "x"

    (fault,) = refusal(saved(book))

    assert fault.code == "cell_far_away"


def test_an_unclosed_quote_in_a_csv_is_named_with_its_row():
    content = delimited(a_case(1)).getvalue() + b'2,"' + "案".encode() * 200_000

    (fault,) = refusal(io.BytesIO(content), "x.csv")

    assert fault.code == "quote_not_closed"
    assert "第3行" in fault.detail


def test_a_text_named_xls_by_an_old_program_is_still_a_ledger():
    (row,) = read(delimited(a_case(), delimiter="\t", encoding="gbk"), "台账.xls")

    assert row.problems == ()


COVERED = "<table:covered-table-cell/>"


def failed_in_ods(shown):
    """
    As LibreOffice writes a cell whose formula failed.
    """
    return (
        '<table:table-cell table:formula="of:=#REF!.A1" office:value-type="string"'
        ' office:string-value="" calcext:value-type="error">'
        f"<text:p>{shown}</text:p></table:table-cell>"
    )


def merged_in_ods(text, rows):
    return (
        f'<table:table-cell table:number-rows-spanned="{rows}"'
        f' office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    )


def _ods_cell(cell):
    if str(cell).startswith("<"):
        return cell
    return (
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
        "</table:table-cell>"
    )


def ods(*rows, manifest=""):
    """
    A workbook of LibreOffice, the least of one.
    """
    cells = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"
        for row in rows
    )
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text", "manifest", "calcext")
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            f"<manifest:manifest{names}>{manifest}</manifest:manifest>",
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}><office:body><office:spreadsheet>"
            f'<table:table table:name="台账">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    stream.seek(0)
    return stream


def test_an_ods_is_read_like_an_xlsx():
    case = [a_case().get(column_id, "") for column_id in TITLES]

    (row,) = read(ods([FORM.title], list(TITLES.values()), case), "台账.ods")

    assert row.problems == ()
    assert (row.sheet, row.row) == ("台账", 3)


def codes(row):
    return {fault.location.column: fault.code for fault in row.problems}


def row_of(number, **changes):
    case = a_case(number, **changes)
    return [case.get(column_id, "") for column_id in TITLES]


def test_a_formula_that_failed_in_an_ods_is_named():
    failed = {"team": failed_in_ods("#N/A"), "origin": failed_in_ods("#REF!")}
    titles = list(TITLES.values())
    stream = ods([FORM.title], titles, row_of(1), row_of(2, **failed))

    first, second = read(stream, "台账.ods")

    assert first.problems == ()
    assert codes(second) == {"team": "formula_failed", "origin": "formula_failed"}


def test_what_is_merged_down_in_an_ods_is_said_of_every_row_it_covers():
    covered = {"reporting_office": COVERED, "reported_on": COVERED}
    merged = {
        "reporting_office": merged_in_ods(a_case()["reporting_office"], 3),
        "reported_on": merged_in_ods(a_case()["reported_on"], 2),
    }
    stream = ods(
        [FORM.title],
        list(TITLES.values()),
        *(row_of(1, **merged), row_of(2, **covered)),
        row_of(3, reporting_office=COVERED),
    )

    rows = read(stream, "台账.ods")

    assert [row.problems for row in rows] == [()] * 3
    assert {row.values["reporting_office"] for row in rows} == {"410922"}


def xls(*rows):
    """
    An old workbook with one sheet: texts, and errors by their codes as a byte, those of
    a formula in a tuple.
    """

    def record(kind, content):
        return struct.pack("<HH", kind, len(content)) + content

    def cell(row, place, value):
        at = struct.pack("<HHH", row, place, 0)
        if isinstance(value, tuple):
            result = b"\2\0" + value[0] + b"\0\0\0\xff\xff"
            formula = b"\2\0\x1c" + value[0]
            return record(0x0006, at + result + bytes(6) + formula)
        if isinstance(value, bytes):
            return record(0x0205, at + value + b"\1")
        text = str(value).encode("utf-16-le")
        return record(0x0204, at + struct.pack("<HB", len(str(value)), 1) + text)

    begin = struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)
    name = struct.pack("<HBB", 0, 2, 1) + "台账".encode("utf-16-le")
    head = record(0x0809, begin), record(0x0085, bytes(4) + name), record(0x000A, b"")
    start = struct.pack("<I", sum(map(len, head)))
    sheet = [
        record(0x0809, begin[:2] + b"\x10\x00" + begin[4:]),
        *(
            cell(row, place, value)
            for row, values in enumerate(rows)
            for place, value in enumerate(values)
            if value != ""
        ),
        record(0x000A, b""),
    ]
    book = b"".join((head[0], record(0x0085, start + name), head[2], *sheet))
    return io.BytesIO(contained(book.ljust(4096, b"\0")))


def contained(book):
    """
    The stream of a workbook in its container.
    """
    sectors, end, free = -(-len(book) // 512), 0xFFFFFFFE, 0xFFFFFFFF
    chain = [*range(3, sectors + 2), end]
    numbers = [0xFFFFFFFD, end, *chain]
    table = struct.pack(f"<{len(numbers)}I", *numbers).ljust(512, b"\xff")
    assert len(table) == 512
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
        + struct.pack("<I", 0).ljust(436, b"\xff")
    )

    def entry(name, kind, first, size):
        text = name.encode("utf-16-le")
        links = (free, free, 1 if kind == 5 else free)
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(text) + 2, kind, 1, *links)
            + bytes(36)
            + struct.pack("<III", first, size, 0)
        )

    directory = entry("Root Entry", 5, end, 0) + entry("Workbook", 2, 2, len(book))
    return head + table + directory.ljust(512, b"\0") + book.ljust(512 * sectors, b"\0")


def test_a_formula_that_failed_in_an_old_xls_is_named():
    case = dict(zip(TITLES, row_of(2), strict=True))
    failed = list({**case, "team": b"\x2a", "origin": (b"\x17",)}.values())
    stream = xls([FORM.title], list(TITLES.values()), row_of(1), failed)

    first, second = read(stream, "台账.xls")

    assert first.problems == ()
    assert codes(second) == {"team": "formula_failed", "origin": "formula_failed"}


SMALL_XLS = xls([FORM.title, b"\x2a"], [(b"\x17",)] * 9).getvalue()
SMALL_ODS = ods([FORM.title, merged_in_ods("x", 3)], [failed_in_ods("#N/A")]).getvalue()


@given(
    whole=st.sampled_from((SMALL_XLS, SMALL_ODS)),
    place=st.integers(0, len(SMALL_XLS)),
    other=st.binary(max_size=12),
    cut=st.booleans(),
)
def test_what_is_looked_for_in_a_damaged_workbook_never_fails(whole, place, other, cut):
    rest = b"" if cut else whole[place + len(other) :]
    stream = io.BytesIO(whole[:place] + other + rest)
    found = binary.failed_cells(stream), marks_of(stream)

    assert stream.tell() == 0
    assert all(isinstance(each, dict) for each in found)


def test_marks_are_found_in_small_workbooks():
    failed = {1: {1: "#N/A"}, 2: dict.fromkeys(range(9), "#REF!")}
    marks = marks_of(io.BytesIO(SMALL_ODS))["台账"]

    assert binary.failed_cells(io.BytesIO(SMALL_XLS)) == {"台账": failed}
    assert marks.failed == {2: {0: "#N/A"}}
    assert marks.ranges == [((0, 1), (2, 1))]


def test_an_old_xls_of_many_sheets_at_one_place_is_read_once():
    entries, sheets = 4_000, 1_000
    cells = b"".join(
        struct.pack("<HHHHHBB", 0x0205, 8, row, 0, 0, 0x2A, 1) for row in range(entries)
    )
    head = struct.pack("<HHIHBB", 0x0085, 8, 0, 0, 0, 0)
    at = len(head) * sheets + 4
    bounds = b"".join(
        struct.pack("<HHIHBB", 0x0085, 8, at + 12 * number, 0, 0, 0)
        for number in range(sheets)
    )
    book = bounds + struct.pack("<HH", 0x000A, 0) + cells
    read = []
    with pytest.MonkeyPatch.context() as patch:
        records = binary._records
        patch.setattr(binary, "_book", lambda content: book)
        patch.setattr(
            binary, "_records", lambda *of: (read.append(1) or r for r in records(*of))
        )
        found = binary.failed_cells(io.BytesIO(binary._OLE))

    assert len(found[""]) == entries
    assert len(read) <= sheets + 1 + entries


def test_an_old_xls_of_excel_95_has_no_names_that_are_read():
    old = "Workbook".encode("utf-16-le") + struct.pack("<48xH", 18)
    older = "Book".ljust(8, "\0").encode("utf-16-le") + struct.pack("<48xH", 10)
    assert SMALL_XLS.count(old) == 1

    assert binary.failed_cells(io.BytesIO(SMALL_XLS.replace(old, older))) == {}


def test_an_ods_under_a_password_is_refused():
    entry = (
        '<manifest:file-entry manifest:full-path="content.xml">'
        "<manifest:encryption-data/></manifest:file-entry>"
    )

    (fault,) = refusal(ods(["x"], manifest=entry), "台账.ods")

    assert fault.code == "file_protected"


def test_the_demonstration_ledgers_are_read():
    for path in sorted((ROOT / "deploy" / "demo" / "ledgers").iterdir()):
        context = replace(CONTEXT, office_of=lambda name: "410900")
        reading = read_ledger(path, filename=path.name, form=FORM, context=context)

        assert list(reading), path.name
        assert reading.notices == []
