"""
The cells of an xlsx whose formula failed (#N/A, #REF!): the reader of workbooks gives
them as empty, and an office has to be told.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from services.intake.ledger.cells.text import position

Failed = Mapping[str, Mapping[int, Mapping[int, str]]]
"""
What failed cells show, by name of the sheet, number of the row and place of the column.
"""

_MOST = 10_000  # failed cells of a file
_PIECE = 1024 * 1024  # bytes unpacked at once
_OVERLAP = 8 * 1024  # a cell with its formula is shorter
_CELL = re.compile(
    rb'<c\s([^<>]{0,200}\bt="e"[^<>]{0,200})>'
    rb"(?:<f[^<>]{0,200}>(?:[^<]{0,6000}</f>)?)?<v>(#[^<]{1,14})</v>"
)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_SHEET = re.compile(r"<(?:\w{1,20}:)?sheet\s([^<>]{1,2000})>")
_TARGET = re.compile(r"<(?:\w{1,20}:)?Relationship\s([^<>]{1,2000})>")
_NAME = re.compile(r'(?<![\w:])name="([^"]{1,300})"')
_RELATION = re.compile(r':id="([^"]{1,100})"')
_ID = re.compile(r'\bId="([^"]{1,100})"')
_PART = re.compile(r'\bTarget="([^"]{1,300})"')


def failed_cells(stream: BinaryIO) -> Failed:
    """
    The failed cells of an xlsx, none in a file of another format. The stream is left at
    its beginning.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            return _of_archive(archive)
    except (zipfile.BadZipFile, KeyError):
        return {}
    finally:
        stream.seek(0)


def _of_archive(archive: zipfile.ZipFile) -> Failed:
    failed: dict[str, dict[int, dict[int, str]]] = {}
    count = 0
    for name, part in _sheets(archive):
        for place, shown in _in_part(archive, part):
            column, row = place[1].decode(), int(place[2])
            cells = failed.setdefault(name, {}).setdefault(row, {})
            cells[position(column)] = shown
            count += 1
            if count == _MOST:
                return failed
    return failed


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """
    The name of each sheet and the part of the archive that it is in.
    """
    relations = archive.read("xl/_rels/workbook.xml.rels").decode(errors="replace")
    parts = {
        identity[1]: target[1].removeprefix("/xl/")
        for relation in _TARGET.findall(relations)
        if (identity := _ID.search(relation)) and (target := _PART.search(relation))
    }
    book = archive.read("xl/workbook.xml").decode(errors="replace")
    for sheet in _SHEET.findall(book):
        name, relation = _NAME.search(sheet), _RELATION.search(sheet)
        if name and relation and relation[1] in parts:
            yield html.unescape(name[1]), f"xl/{parts[relation[1]]}"


def _in_part(
    archive: zipfile.ZipFile, part: str
) -> Iterator[tuple[re.Match[bytes], str]]:
    before = b""
    with archive.open(part) as content:
        while piece := content.read(_PIECE):
            piece = before + piece
            for cell in _CELL.finditer(piece) if b't="e"' in piece else ():
                if place := _PLACE.search(cell[1]):
                    yield place, cell[2].decode(errors="replace")
            before = piece[-_OVERLAP:]
