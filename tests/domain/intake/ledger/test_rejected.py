import io
import json
import tempfile

from openpyxl import load_workbook

from services.intake.ledger.writing.rejected import write_rejected
from tests.builders.ledger_files import FORM, TITLES, a_case, read, xlsx


def rejected(*rows):
    stream = io.BytesIO()
    write_rejected(stream, FORM, [row.as_json() for row in rows if row.problems])
    stream.seek(0)
    return stream


def place(sheet, title):
    return next(cell.column for cell in sheet[3] if cell.value == title)


def a_ledger_with_bad_rows():
    return read(
        xlsx(
            a_case(1),
            a_case(
                2,
                accepted_on="2019年13月5日",
                origin="天上掉的",
                repeats_in_window=None,
            ),
            a_case(3, id_no="999999194605021871"),
        )
    )


def test_rejected_rows_stand_in_the_form_as_the_office_wrote_them():
    sheet = load_workbook(rejected(*a_ledger_with_bad_rows())).active

    assert sheet["A1"].value == FORM.title
    assert [cell.value for cell in sheet[3]][: len(TITLES)] == list(TITLES.values())
    assert [cell.value for cell in sheet[3]][-3:] == ["原文件行号", "问题", "处理办法"]
    assert sheet.max_row == 5
    assert sheet.cell(4, place(sheet, "登记受理日期")).value == "2019年13月5日"
    assert sheet.cell(4, place(sheet, "原文件行号")).value == "台账 第4行"
    assert sheet.cell(5, place(sheet, "证件号码")).value == "999999194605021871"
    assert sheet.cell(5, place(sheet, "证件号码")).number_format == "@"


def test_the_workbook_is_made_without_a_temporary_file(monkeypatch, tmp_path):
    rows = a_ledger_with_bad_rows()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))

    assert rejected(*rows).getvalue().startswith(b"PK")


def test_bad_cells_are_coloured_and_say_what_is_wrong_with_them():
    sheet = load_workbook(rejected(*a_ledger_with_bad_rows())).active
    bad = sheet.cell(4, place(sheet, "登记受理日期"))

    assert bad.fill.fgColor.rgb == "FFFFC7CE"
    assert "不是有效日期" in bad.comment.text
    assert sheet.cell(4, place(sheet, "重复信访次数")).comment
    assert sheet.cell(4, place(sheet, "主要诉求")).comment is None
    assert (
        "【案件来源】“天上掉的”不在可填写的范围内。"
        in sheet.cell(4, place(sheet, "问题")).value
    )
    assert "2019年3月5日" in sheet.cell(4, place(sheet, "处理办法")).value


def test_a_workbook_of_rejected_rows_offers_what_its_cells_may_hold():
    sheet = load_workbook(rejected(*a_ledger_with_bad_rows())).worksheets[0]
    offered = {str(each.sqref) for each in sheet.data_validations.dataValidation}
    origin = sheet.cell(4, place(sheet, "案件来源")).column_letter

    assert f"{origin}4:{origin}1003" in offered


def test_a_text_that_looks_like_a_formula_stays_a_text():
    content = json.dumps([a_case(origin=None, note="=1+1", phone="https://x.invalid")])
    sheet = load_workbook(rejected(*read(io.BytesIO(content.encode())))).active
    cell = sheet.cell(4, place(sheet, "备注"))

    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert sheet.cell(4, place(sheet, "联系电话")).hyperlink is None


def test_the_corrected_file_is_accepted_without_a_word():
    book = load_workbook(rejected(*a_ledger_with_bad_rows()))
    sheet = book.active
    sheet.cell(4, place(sheet, "登记受理日期")).value = "2019年3月5日"
    sheet.cell(4, place(sheet, "案件来源")).value = "本院排查"
    sheet.cell(4, place(sheet, "重复信访次数")).value = "2"
    sheet.cell(5, place(sheet, "证件号码")).value = "999999194605021872"
    stream = io.BytesIO()
    book.save(stream)

    first, second = read(stream)

    assert first.problems == second.problems == ()
    assert first.values["accepted_on"] == "2019-03-05"
    assert second.values["case_no"] == "清检控申〔2020〕3号"


def test_an_uncorrected_file_comes_back_with_the_same_faults():
    before = [row for row in a_ledger_with_bad_rows() if row.problems]

    after = read(rejected(*before))

    assert [{f.code for f in row.problems} for row in after] == [
        {f.code for f in row.problems} for row in before
    ]


def test_a_fault_of_the_whole_row_needs_no_cell(tmp_path):
    row = a_ledger_with_bad_rows()[0].as_json()
    row["problems"] = [
        {
            "code": "outside_your_offices",
            "detail": "不是本院的案件。",
            "remedy": "请由该院上传。",
            "location": {"column": "", "title": ""},
        }
    ]
    path = tmp_path / "rejected.xlsx"

    count = write_rejected(path, FORM, [row])
    sheet = load_workbook(path).active

    assert count == 1
    assert sheet.cell(4, place(sheet, "问题")).value == "不是本院的案件。"
