"""
The first sheet of a workbook as texts.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from services.aid.domain.payments.reading import MOST_ROWS
from shared.archives import DAMAGED_ZIP

MOST_UNPACKED = 8 * 1024 * 1024  # bytes; a thousand rows need a tenth of it
_MOST_COLUMNS = 100
_WORKBOOK = "xl/workbook.xml"
_DAMAGED = (CalamineError, RuntimeError, *DAMAGED_ZIP)


class DamagedError(Exception):
    """It is no xlsx, or a broken one."""


class TooLargeError(Exception):
    """More is packed in it than in any confirmation."""


def rows_of(content: bytes) -> list[list[str]]:
    """
    The rows of the first sheet, one more at most than a confirmation may have.

    Raises `DamagedError`, `TooLargeError`. Its memory is not bounded here: the room
    before a cell that is far away is filled.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if _WORKBOOK not in archive.namelist():
                raise DamagedError
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise TooLargeError
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(
            skip_empty_area=False, nrows=MOST_ROWS + 1
        )
    except _DAMAGED as error:
        raise DamagedError from error
    return [[_text(cell) for cell in row[:_MOST_COLUMNS]] for row in rows]


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        # As it is shown: two decimals of a sum are kept by a number of eight bytes.
        return f"{cell:.6f}".rstrip("0").rstrip(".")
    return str(cell)
