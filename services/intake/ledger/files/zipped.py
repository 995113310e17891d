"""
Whether a zipped workbook may be opened: no password, not more inside than is allowed,
no cell so far away that the empty room before it fills the memory.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from services.intake.ledger.form import Limits
from services.intake.ledger.problems import (
    LedgerUnreadable,
    damaged,
    not_a_spreadsheet,
    protected,
    unreadable,
)
from shared.archives import DAMAGED_ZIP

_WORKBOOK_PARTS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
_MANIFEST = "META-INF/manifest.xml"  # where an ods says what is encrypted
_SHEETS = "xl/worksheets/"
_PIECE = 1024 * 1024  # bytes unpacked at once
_OVERLAP = 512  # a cell's opening tag is shorter
_FILLED = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,7})"[^>]{0,200}[^>/]>\s*<')
_FAR_COLUMN = re.compile(rb'<c r="([A-Z]{3})\d{1,7}"[^>]{0,200}[^>/]>\s*<')
_SPARE_ROWS = 1000  # room for headings, blank rows and remarks


def check_zip(stream: BinaryIO, limits: Limits) -> None:
    """
    Leaves the stream at its beginning. Raises LedgerUnreadable.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_archive(archive, limits)
    except DAMAGED_ZIP as error:
        raise damaged() from error
    stream.seek(0)


def _check_archive(archive: zipfile.ZipFile, limits: Limits) -> None:
    parts = archive.infolist()
    encrypted = any(part.flag_bits & 1 for part in parts)
    if _MANIFEST in archive.namelist() and not encrypted:
        with archive.open(_MANIFEST) as manifest:
            encrypted = b"encryption-data" in manifest.read(_PIECE)
    if _WORKBOOK_PARTS.isdisjoint(part.filename for part in parts):
        raise not_a_spreadsheet("而是压缩包或者其他办公文档")
    if encrypted:
        raise protected()
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise _too_large(limits)
    unpacked = 0
    for part in parts:
        for piece in _pieces(archive, part, limits):
            unpacked += len(piece)
            if unpacked > limits.unpacked_bytes:
                raise _too_large(limits)


def _pieces(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits
) -> Iterator[bytes]:
    """
    What *part* really unpacks to; no cell of a sheet may be too far away.
    """
    is_sheet = part.filename.startswith(_SHEETS) and part.file_size > 0
    part.file_size = (
        limits.unpacked_bytes + 1
    )  # the size that a zip states may be a lie
    before = b""
    with archive.open(part) as content:
        while piece := content.read(_PIECE):
            yield piece
            if is_sheet:
                piece = before + piece
                _check_places(piece, limits)
                before = piece[-_OVERLAP:]


def _check_places(piece: bytes, limits: Limits) -> None:
    """
    Rows ascend in a sheet, so the last cell with something in it stands lowest.
    """
    if far := _FAR_COLUMN.search(piece):
        raise _far_cell(f"{far[1].decode()}列")
    start = piece.rfind(b"<c r=", 0, max(piece.rfind(b"<v"), piece.rfind(b"<is"), 0))
    lowest = _FILLED.match(piece, start) if start >= 0 else None
    if lowest and int(lowest[1]) > limits.rows + _SPARE_ROWS:
        raise _far_cell(f"第{int(lowest[1])}行")


def _too_large(limits: Limits) -> LedgerUnreadable:
    return unreadable(
        "file_too_large",
        f"文件展开后超过{limits.unpacked_mib}MB。",
        "请删除台账以外的工作表、图片和空行后另存为 xlsx，或者分成几个文件上传。",
    )


def _far_cell(where: str) -> LedgerUnreadable:
    return unreadable(
        "cell_far_away",
        f"工作表在离台账很远的{where}还有内容。",
        "请删除最后一个案件以下的各行和最后一列右边的各列，另存后重新上传。",
    )
