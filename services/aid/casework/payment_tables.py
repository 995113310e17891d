"""
Payment files and confirmations as workbooks: account numbers keep all digits in the
one, and many finance offices send the other.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time

import eventlet
import orjson
import xlsxwriter
from eventlet import tpool
from eventlet.semaphore import Semaphore

from services.aid.confirmation.__main__ import DAMAGED
from services.aid.domain.payments.reading import Table, table_of_csv
from shared.errors import Malformed
from shared.service.child_process import Bounds, child_process, in_memory

_ZIP = b"PK\x03\x04"
_WIDTH = 24  # characters of a column
_READER = "services.aid.confirmation"
_BOUNDS = Bounds(memory=512, seconds=20)
_SECONDS = 60  # until it has ended
_turns = Semaphore(2)  # workbooks that a service reads at once
_REMEDY = "请把回单单独另存为 xlsx 或 csv 后重新上传。"


def workbook_of(content: str, made_on: date) -> bytes:
    """
    The text of a payment file as a workbook: the same cells, totals and checksum, each
    of them a text. Of a file that was *made_on* a day it is always the same.
    """
    out, rows = io.BytesIO(), list(csv.reader(io.StringIO(content)))
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.combine(made_on, time())})
        text, sheet = book.add_format({"num_format": "@"}), book.add_worksheet("支付")
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                sheet.write_string(number, place, cell, text)
        sheet.set_column(0, max(map(len, rows)) - 1, _WIDTH, text)
    return out.getvalue()


def table_of(content: bytes) -> Table:
    """
    The rows of a confirmation, of the first sheet of a workbook or of a csv, read off
    the event loop.

    Raises `Malformed` for a file that is neither, or too large a workbook.
    """
    if not content.startswith(_ZIP):
        return tpool.execute(table_of_csv, content)  # type: ignore[no-any-return]
    with (
        _turns,
        in_memory("confirmation", [content]) as source,
        child_process(_READER, [f"/dev/fd/{source}"], _BOUNDS, [source]) as process,
        eventlet.Timeout(_SECONDS, exception=False),
    ):
        assert process.stdout is not None  # noqa: S101 - asked for there
        rows = process.stdout.read()
        process.wait()
    if process.returncode == 0:
        return orjson.loads(rows)  # type: ignore[no-any-return]
    if process.returncode == DAMAGED:
        raise Malformed.because("damaged", "回单文件不是 xlsx，或者已经损坏。", _REMEDY)
    raise Malformed.because(
        "file_too_large", "回单文件展开后过大，或者很远的单元格还有内容。", _REMEDY
    )
