"""
What the reader of workbooks does not say of an OpenDocument sheet: the cells whose
formula failed, and those that stand over several rows.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, BinaryIO
from xml.parsers import expat

_CONTENT = "content.xml"
_MOST = 10_000  # marks of a file
_LONGEST = 14  # characters of what a failed cell shows
_PIECE = 1024 * 1024  # bytes unpacked at once
_NOT_READ = (
    *(zipfile.BadZipFile, KeyError, expat.ExpatError),
    *(zlib.error, EOFError, OSError, RuntimeError),
)
_ROW, _TABLE = "table:table-row", "table:table"
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})


@dataclass
class Marks:
    """
    What the failed cells of one sheet show, by the number of the row (from 1) and the
    place of the column (from 0); and the *ranges* of the cells over several rows, each
    with its first and its last row and column from 0.
    """

    failed: dict[int, dict[int, str]] = field(default_factory=dict)
    ranges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def marks_of(stream: BinaryIO) -> Mapping[str, Marks]:
    """
    The marks by the name of the sheet. Leaves the stream at its beginning; nothing is
    found in a file of another format, nor after what is no XML.
    """
    parts = _Content()
    try:
        with zipfile.ZipFile(stream) as archive, archive.open(_CONTENT) as content:
            parts.read(content)
    except _NOT_READ:
        pass
    finally:
        stream.seek(0)
    return parts.sheets


class _Content:
    """
    The content of a document as it is read, row by row and cell by cell.
    """

    def __init__(self) -> None:
        self.sheets: dict[str, Marks] = {}
        self.marks, self.row, self.place, self.count = Marks(), 1, 0, 0
        self.rows, self.cells = 1, 1
        self.shown: str | None = None

    def read(self, content: IO[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.begin
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        # A document of an office declares no entities.
        parser.StartDoctypeDeclHandler = _refuse
        while self.count < _MOST and (piece := content.read(_PIECE)):
            parser.Parse(piece)

    def begin(self, name: str, given: dict[str, str]) -> None:
        if name == _TABLE:
            self.marks, self.row = Marks(), 1
            self.sheets[given.get("table:name", "")] = self.marks
        elif name == _ROW:
            self.rows, self.place = _number(given, "rows-repeated"), 0
        elif name in _CELLS:
            self.cells = _number(given, "columns-repeated")
            over = _number(given, "rows-spanned")
            if over > 1:
                first, last = self.row - 1, self.row + over - 2
                self.marks.ranges.append(((first, self.place), (last, self.place)))
                self.count += 1
            if given.get("calcext:value-type") == "error":
                self.shown = ""

    def text(self, data: str) -> None:
        if self.shown is not None:
            self.shown = (self.shown + data)[:_LONGEST]

    def end(self, name: str) -> None:
        if name in _CELLS:
            if self.shown is not None:
                self.marks.failed.setdefault(self.row, {})[self.place] = self.shown
                self.shown = None
                self.count += 1
            self.place += self.cells
        elif name == _ROW:
            self.row += self.rows


def _number(given: Mapping[str, str], what: str) -> int:
    stated = given.get(f"table:number-{what}", "1")
    return int(stated) if stated.isdecimal() and len(stated) <= 7 else 1


def _refuse(*_declared: object) -> None:
    raise expat.ExpatError
