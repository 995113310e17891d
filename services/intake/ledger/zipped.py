"""
Whether a zipped workbook may be opened: no password, not more inside than is allowed,
no cell so far away that the empty room before it fills the memory.
"""

from __future__ import annotations

import re
import zipfile
import zlib
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

_WORKBOOK_PARTS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
_MANIFEST = "META-INF/manifest.xml"  # where an ods says what is encrypted
_SHEETS = "xl/worksheets/"
_CHUNK = 64 * 1024
_PIECE = 1024 * 1024  # bytes unpacked at once
_OVERLAP = 512  # a cell's opening tag is shorter
_FILLED = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,7})"[^>]*[^>/]>\s*<')
_FAR_COLUMN = re.compile(rb'<c r="([A-Z]{3})\d+"[^>]*[^>/]>\s*<')
_SPARE_ROWS = 1000  # room for headings, blank rows and remarks


def check_zip(stream: BinaryIO, limits: Limits) -> None:
    """
    Leaves the stream at its beginning. Raises LedgerUnreadable.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
            encrypted = any(part.flag_bits & 1 for part in parts)
            if _MANIFEST in archive.namelist() and not encrypted:
                with archive.open(_MANIFEST) as manifest:
                    encrypted = b"encryption-data" in manifest.read(_PIECE)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise damaged() from error
    if _WORKBOOK_PARTS.isdisjoint(part.filename for part in parts):
        raise not_a_spreadsheet("而是压缩包或者其他办公文档")
    if encrypted:
        raise protected()
    try:
        _check_unpacked(stream, parts, limits)
    except (zlib.error, OSError, ValueError) as error:
        raise damaged() from error
    stream.seek(0)


def _check_unpacked(
    stream: BinaryIO, parts: list[zipfile.ZipInfo], limits: Limits
) -> None:
    """
    Counts what the parts really unpack to: the sizes a zip states may be a lie.
    """
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise _too_large(limits)
    unpacked = 0
    for part in parts:
        is_sheet = part.filename.startswith(_SHEETS) and part.file_size > 0
        before = b""
        for piece in _unpacked(stream, part):
            unpacked += len(piece)
            if unpacked > limits.unpacked_bytes:
                raise _too_large(limits)
            if is_sheet:
                seen = before + piece
                _check_places(seen, limits)
                before = seen[-_OVERLAP:]


def _unpacked(stream: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    stream.seek(part.header_offset + 26)
    lengths = stream.read(4)
    name = int.from_bytes(lengths[:2], "little")
    extra = int.from_bytes(lengths[2:], "little")
    stream.seek(name + extra, 1)
    deflated = part.compress_type == zipfile.ZIP_DEFLATED
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    packed = part.compress_size
    while packed > 0 and (chunk := stream.read(min(_CHUNK, packed))):
        packed -= len(chunk)
        while deflated and chunk and not inflater.eof:
            yield inflater.decompress(chunk, _PIECE)
            chunk = inflater.unconsumed_tail
        if not deflated:
            yield chunk


def _check_places(piece: bytes, limits: Limits) -> None:
    """
    Rows ascend in a sheet, so the last cell with something in it stands lowest.
    """
    if far := _FAR_COLUMN.search(piece):
        raise _far_cell(f"{far[1].decode()}列")
    start = piece.rfind(b"<c r=", 0, max(piece.rfind(b"<v"), piece.rfind(b"<is"), 0))
    found = _FILLED.match(piece, start) if start >= 0 else None
    if found and int(found[1]) > limits.rows + _SPARE_ROWS:
        raise _far_cell(f"第{int(found[1])}行")


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
