"""
Which files are read without a process: small, plain, and nothing in them that fills
memory.
"""

import io
import json
import zipfile

import pytest
import xlsxwriter

from services.intake.ledger import is_plain
from tests.builders.ledger_files import a_case, delimited, xlsx

SHEET = "xl/worksheets/sheet1.xml"


def a_workbook():
    return xlsx(a_case(1), a_case(2)).getvalue()


def changed(content, *, replaced=(), added=()):
    """
    The zip with bytes of its sheet *replaced* and parts *added*.
    """
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for part in source.infolist():
            text = source.read(part)
            if replaced and part.filename == SHEET:
                assert replaced[0] in text
                text = text.replace(*replaced)
            copy.writestr(part.filename, text)
        for name, text in added:
            copy.writestr(name, text)
    return target.getvalue()


def of_xlsxwriter():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet("台账").write_row(0, 0, a_case().values())
    return target.getvalue()


def with_a_size_that_is_a_lie():
    content = changed(a_workbook(), added=[("xl/big.xml", b" " * 2**20)])
    return content.replace((2**20).to_bytes(4, "little"), (9).to_bytes(4, "little"))


@pytest.mark.parametrize(
    "content",
    [
        a_workbook(),
        of_xlsxwriter(),
        delimited(a_case()).getvalue(),
        delimited(a_case(), encoding="gbk").getvalue(),
        json.dumps([a_case()]).encode(),
        b"",
    ],
)
def test_what_an_office_pushes_in_small_files_is_plain(content):
    assert is_plain(content)


@pytest.mark.parametrize(
    "content",
    [
        changed(a_workbook(), added=[("xl/big.xml", b" " * 2**20)]),
        with_a_size_that_is_a_lie(),
        changed(a_workbook(), added=[("xl/vbaProject.bin", b"x")]),
        changed(a_workbook(), added=[("xl/wide.xml", "sheetData".encode("utf-16"))]),
        changed(a_workbook(), added=[("content.xml", b"")]),
        changed(a_workbook(), added=[(f"xl/{n}.xml", b"") for n in range(50)]),
        changed(a_workbook(), replaced=(b'r="A3"', b'r="A99999"')),
        changed(a_workbook(), replaced=(b'r="A3"', b'r="XFD3"')),
        changed(a_workbook(), replaced=(b'r="A3"', b"r='A99999'")),
        changed(a_workbook(), replaced=(b'r="A3"', b'r = "&#65;9"')),
        a_workbook()[:-40],
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    ],
)
def test_what_may_unpack_to_much_or_cannot_be_judged_is_not_plain(content):
    assert not is_plain(content)
