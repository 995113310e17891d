"""
The confirmation of a finance office, read out of a csv or a workbook; and the payment
file as a workbook.
"""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from services.aid.casework.payment_tables import table_of, workbook_of
from services.aid.domain.payments.reading import read_confirmation, table_of_csv
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


def sheet_of(rows):
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_payment_file_as_workbook_has_the_texts_of_the_csv():
    """
    An account of 19 digits stays whole, which a program for tables cuts in a csv.
    """
    file, _ = a_file()
    found = table_of(workbook_of(file.content))

    assert found == table_of_csv(file.content.encode())
    assert found[1][3] == "6228480000000000001"
    assert found[-1][-1].endswith(file.checksum)


def test_a_confirmation_is_read_out_of_a_workbook():
    titles = ["付款编号", "金额（元）", "付款日期", "凭证号", "结果"]
    first = ["F1-001", 12000.0, ON, "v1", "成功"]
    content = sheet_of([titles, first, ["F1-002", None, None, None, "失败"]])

    found = read_confirmation(table_of(content), TODAY)
    assert found == (row(), row("F1-002", failed=True))


def test_what_is_no_workbook_or_too_large_a_one_is_refused():
    far = openpyxl.Workbook()
    far.active["XFD9"] = "x"
    out = io.BytesIO()
    far.save(out)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (9 * 1024 * 1024))
    contents = (b"PK\x03\x04", out.getvalue(), packed.getvalue())

    def refused(content):
        with pytest.raises(Malformed) as why:
            table_of(content)
        return why.value.code

    assert [*map(refused, contents)] == ["damaged", "cell_far_away", "file_too_large"]
