"""
The confirmation of a finance office, read out of a csv or a workbook; and the payment
file as a workbook.
"""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font

from services.aid.casework.payment_tables import table_of, workbook_of
from services.aid.confirmation.sheet import rows_of
from services.aid.domain.payments.reading import (
    MOST_ROWS,
    read_confirmation,
    table_of_csv,
)
from shared.errors import Malformed, Rejected
from tests.builders import places
from tests.builders.aid import TODAY
from tests.domain.aid.payments.test_payments import ON, a_file, row


def csv(*lines, encoding="utf-8-sig"):
    text = "\n".join(["付款编号,金额（元）,支付日期,凭证号,结果", *lines])
    return table_of_csv(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_a_confirmation_is_read_as_offices_of_finance_write_it(encoding):
    content = csv(
        'F1-001,"12,000.00",2021/5/27,v1,成功',
        "F1-002,,,,失败",
        "",
        "合计,12000.00,,,",
        encoding=encoding,
    )

    assert read_confirmation(content, TODAY) == (row(), row("F1-002", failed=True))


def test_every_faulty_cell_of_a_confirmation_is_named():
    content = csv(
        ",12000.00,2021-05-27,v1,",
        "F1-001,-5,2021-05-27,v1,",
        "F1-001,5,2021-06-01,,也许",
    )
    with pytest.raises(Rejected) as refused:
        read_confirmation(content, TODAY)

    assert places(refused) == {
        ("cell_form", "/2/付款编号"),
        ("money_form", "/3/金额"),
        ("invalid_date", "/4/支付日期"),
        ("cell_form", "/4/凭证号"),
        ("not_in_list", "/4/结果"),
    }


def test_a_confirmation_whose_total_differs_is_incomplete():
    with pytest.raises(Rejected) as refused:
        read_confirmation(csv("F1-001,1,2021-05-27,v1,", "合计,2,,,"), TODAY)

    assert places(refused) == {("total_differs", "/合计")}


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2", b"\xff\xff\x81"])
def test_what_is_no_confirmation_is_refused(content):
    with pytest.raises(Malformed):
        read_confirmation(table_of_csv(content), TODAY)


@pytest.mark.parametrize(
    "cells",
    [
        ["F1-001", "1.2万", "2021年5月27日", "v1", "成功"],
        ["F1-001", "１２，０００元", "20210527", "v1", ""],
        ["F1-001", "12000", "二〇二一年五月二十七日", "v1", ""],
    ],
)
def test_a_confirmation_has_the_titles_of_the_finance_office_below_its_heading(cells):
    titles = ["付款编号", "付款金额（元）", "付款日期", "凭证编号", "付款结果"]

    assert read_confirmation([["国库集中支付回单"], titles, cells], TODAY) == (row(),)


def test_of_a_csv_without_end_one_row_more_than_a_confirmation_may_have_is_read():
    table = table_of_csv(b"\n" * 5000)

    assert len(table) == MOST_ROWS + 1


AMOUNTS = ["付款金额", "支付金额（元）"]


@pytest.mark.parametrize("titles", [["金额", *AMOUNTS], [*AMOUNTS, "金额（元）"]])
def test_the_title_itself_is_read_before_what_else_it_may_be_called(titles):
    amounts = ["12000" if title.startswith("金额") else "5" for title in titles]
    table = [
        ["付款编号", *titles, "支付日期", "到账日期", "凭证号"],
        ["F1-001", *amounts, "2021-05-27", "2021-05-28", "v1"],
    ]

    assert read_confirmation(table, TODAY) == (row(),)


@pytest.mark.parametrize("titles", [AMOUNTS, ["金额", "金额（元）"]])
def test_two_columns_of_which_each_may_be_the_amount_are_refused(titles):
    heads = ["付款编号", *titles, "支付日期", "凭证号"]
    with pytest.raises(Malformed) as refused:
        read_confirmation([heads, ["F1-001", "1", "2", "2021-05-27", "v1"]], TODAY)

    assert refused.value.code == "column_twice"


def sheet_of(rows):
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_payment_file_as_workbook_has_the_texts_of_the_csv():
    """
    An account of 19 digits stays whole, which a program for tables cuts in a csv.
    """
    file, _ = a_file()
    made = workbook_of(file.content, file.made_on)
    table = table_of(made)

    assert made == workbook_of(file.content, file.made_on)
    assert table == table_of_csv(file.content.encode())
    assert table[1][3] == "6228480000000000001"
    assert table[-1][-1].endswith(file.checksum)


def test_a_confirmation_is_read_out_of_a_workbook():
    titles = ["付款编号", "金额（元）", "付款日期", "凭证号", "结果"]
    first = ["F1-001", 12000.0, ON, "v1", "成功"]
    content = sheet_of([titles, first, ["F1-002", None, None, None, "失败"]])

    confirmed = read_confirmation(table_of(content), TODAY)
    assert confirmed == (row(), row("F1-002", failed=True))


def test_a_number_is_read_as_the_sheet_shows_it():
    """
    Also one that eight bytes do not keep exactly, or that no number is.
    """
    content = sheet_of([[110 * 1.1, 12000.5, 100, 0.1 + 0.2]])
    assert rows_of(content) == [["121", "12000.5", "100", "0.3"]]
    endless = repacked(content, b"<v>100</v>", b"<v>1e999</v>")
    assert rows_of(endless)[0][2] == "inf"


def test_a_cell_that_only_has_a_look_is_no_row():
    book = openpyxl.Workbook()
    book.active["A1"] = "付款编号"
    book.active["A10001"].font = Font(bold=True)

    assert rows_of(saved(book)) == [["付款编号"]]


def test_what_is_no_workbook_or_too_large_a_one_is_refused():
    """
    A cell so far away that the room before it fills the memory ends its reader, however
    its place is written; one in the first rows does no harm.
    """
    far = openpyxl.Workbook()
    far.active["A1"], far.active["XFD1048576"] = "x", "y"
    quoted = repacked(saved(far), b'r="XFD1048576"', b"r='XFD1048576'")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (9 * 1024 * 1024))
    contents = (b"PK\x03\x04", saved(far), quoted, packed.getvalue())

    def refused(content):
        with pytest.raises(Malformed) as why:
            table_of(content)
        return why.value.code

    assert [*map(refused, contents)] == ["damaged", *["file_too_large"] * 3]


def repacked(content, old, new):
    """
    The workbook with *new* for *old* in its first sheet.
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in given.infolist():
            archive.writestr(part.filename, given.read(part).replace(old, new))
    return out.getvalue()
