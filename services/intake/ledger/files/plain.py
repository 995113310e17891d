"""
Whether a file is so small and plain that reading it needs none of the bounds of a
process: neither much memory nor much time, whoever made it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from shared.archives import DAMAGED_ZIP

_UNPACKED = 512 * 1024  # bytes of all parts of a workbook
_PARTS = 40
_KINDS = (".xml", ".rels")
_WORKBOOK, _OTHER_WORKBOOK = "xl/workbook.xml", "content.xml"
# Where a row or a cell stands, and whether that is in the first rows and columns: the
# room from the first cell to the last is filled in memory.
_PLACE = re.compile(rb'(?<![\w:])r\s*=\s*("[A-Z]{0,2}[0-9]{1,3}")?')


def is_plain(content: bytes) -> bool:
    """
    Text, or a workbook of a few small parts whose cells stand close together.

    Whatever cannot be judged here is not plain.
    """
    if not content.startswith(b"PK"):
        return b"\0" not in content  # text that is not UTF-16; an old xls has many
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if _WORKBOOK not in names or _OTHER_WORKBOOK in names:
                return False
            return all(map(_is_plain_part, _parts(archive)))
    except (RuntimeError, *DAMAGED_ZIP):
        return False


def _parts(archive: zipfile.ZipFile) -> Iterator[bytes]:
    """
    What each part really unpacks to: the size that a zip states may be a lie.

    Raises `ValueError` when it is too much, or of another kind.
    """
    parts, left = archive.infolist(), _UNPACKED
    if len(parts) > _PARTS:
        raise ValueError("too many parts")
    for part in parts:
        if not part.filename.endswith(_KINDS):
            raise ValueError("a part of another kind")
        part.file_size = left + 1
        with archive.open(part) as stream:
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise ValueError("unpacks to too much")
        yield content


def _is_plain_part(content: bytes) -> bool:
    if b"\0" in content:
        return False
    return b"sheetData" not in content or all(_PLACE.findall(content))
