"""
Files that are no ledger, or more than is taken in.
"""

import io
import zipfile
from dataclasses import replace

import pytest
from openpyxl import Workbook

from tests.builders.ledger_files import FORM, TITLES, a_case, refusal, saved, xlsx


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
