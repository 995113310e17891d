"""
Ledgers in the formats of other and older programs: ods and xls.
"""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.ledger.files import binary
from services.intake.ledger.files.opendocument import marks_of
from tests.builders.ledger_files import FORM, TITLES, a_case, read, refusal

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
