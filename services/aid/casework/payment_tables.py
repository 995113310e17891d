"""
Payment files and confirmations as workbooks: in the one a number of an account keeps
its digits, the other comes so from many an office of finance.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from datetime import date, datetime
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from services.aid.domain.payments.reading import MOST_ROWS, Table, table_of_csv
from shared.errors import Malformed

_ZIP = b"PK\x03\x04"
_WORKBOOK, _SHEETS = "xl/workbook.xml", "xl/worksheets/"
_MOST_UNPACKED = 8 * 1024 * 1024  # bytes; a thousand rows need a tenth of it
_FAR = re.compile(rb'\br="(?:[A-Z]{3}\d+|[A-Z]{1,2}\d{5,})"')
_WIDTH = 24  # characters of a column
_DAMAGED = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)


def workbook_of(content: str) -> bytes:
    """
    The text of a payment file as a workbook: the same cells, totals and checksum, each
    of them a text.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        text, sheet = book.add_format({"num_format": "@"}), book.add_worksheet("支付")
        for number, cells in enumerate(csv.reader(io.StringIO(content))):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell, text)
        sheet.set_column(0, place, _WIDTH, text)
    return out.getvalue()


def table_of(content: bytes) -> Table:
    """
    The rows of a confirmation, of the first sheet of a workbook or of a csv.

    Raises `Malformed` for a file that is neither, or too large a workbook.
    """
    if not content.startswith(_ZIP):
        return table_of_csv(content)
    try:
        _check(content)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(
            skip_empty_area=False, nrows=MOST_ROWS + 1
        )
    except _DAMAGED as error:
        raise _refused("damaged", "回单文件不是 xlsx，或者已经损坏。") from error
    return [[_text(cell) for cell in row] for row in rows]


def _check(content: bytes) -> None:
    """
    What is packed is bounded, and no cell so far away that the room before it fills the
    memory.
    """
    left = _MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if _WORKBOOK not in archive.namelist():
            raise zipfile.BadZipFile
        for part in archive.infolist():
            with archive.open(part) as packed:
                unpacked = packed.read(left + 1)
            left -= len(unpacked)
            if left < 0:
                raise _refused("file_too_large", "回单文件展开后过大。")
            if part.filename.startswith(_SHEETS) and _FAR.search(unpacked):
                raise _refused("cell_far_away", "回单以外很远的单元格还有内容。")


def _refused(code: str, detail: str) -> Malformed:
    remedy = "请把回单单独另存为 xlsx 或 csv 后重新上传。"
    return Malformed.because(code, detail, remedy)


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        # As it is shown: two decimals of a sum are kept by a number of eight bytes.
        return str(int(cell)) if cell == int(cell) else f"{cell:.6f}".rstrip("0")
    return str(cell)
