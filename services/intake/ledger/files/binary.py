"""
The cells of an old xls whose formula failed: the reader of workbooks gives them as
empty. Only what is needed of the container (MS-CFB) and of the records (MS-XLS).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from itertools import islice, pairwise
from typing import BinaryIO

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHOWN: Mapping[int, str] = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_FREE = 0xFFFFFFFA  # and above: no number of a sector
_STREAM = "Workbook"  # of Excel 97 and later; that of Excel 5 and 95 is "Book"
_BOUND_SHEET, _END, _BOOL_OR_ERROR, _FORMULA = 0x0085, 0x000A, 0x0205, 0x0006
_ERROR_RESULT = 2
_MOST = 10_000  # failed cells of a file
_SHEETS = 1_000  # that are looked at
_WORD = struct.Struct("<H")
_LONG = struct.Struct("<I")
_Sector = Callable[[int], bytes]


def failed_cells(stream: BinaryIO) -> dict[str, dict[int, dict[int, str]]]:
    """
    What failed cells show, by name of the sheet, number of the row from 1 and place of
    the column from 0. Leaves the stream at its beginning; nothing is found in a file of
    another format, nor in one that is damaged.
    """
    content = stream.read()
    stream.seek(0)
    failed: dict[str, dict[int, dict[int, str]]] = {}
    if not content.startswith(_OLE):
        return failed
    try:
        book = _book(content)
        sheets = dict(islice(_sheets(book), _SHEETS))
        # One ends where the next begins, so that nothing is read twice.
        for start, end in pairwise([*sorted(sheets), len(book)]):
            rows = failed.setdefault(sheets[start], {})
            for row, column, code in _failed(book[start:end]):
                if len(rows) < _MOST:
                    rows.setdefault(row + 1, {})[column] = _SHOWN.get(code, "#N/A")
    except (struct.error, IndexError, ValueError):
        pass
    return {name: rows for name, rows in failed.items() if rows}


def _book(content: bytes) -> bytes:
    """
    The stream of the workbook. Raises `IndexError`, `ValueError` or `struct.error` if
    the container is damaged, or has none of its own sectors.
    """
    size = 1 << _WORD.unpack_from(content, 30)[0]
    most = len(content) // size + 1  # sectors of whatever is in the file

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    named = islice(_table_sectors(content, sector, most), most)
    table = b"".join(map(sector, named))
    directory = _chain(_LONG.unpack_from(content, 48)[0], table, sector, most)
    for place in range(0, len(directory) - 127, 128):
        entry = directory[place : place + 128]
        length = _WORD.unpack_from(entry, 64)[0]
        name = entry[: max(0, length - 2)].decode("utf-16-le", errors="replace")
        if name == _STREAM:
            stated = _LONG.unpack_from(entry, 120)[0]
            first = _LONG.unpack_from(entry, 116)[0]
            return _chain(first, table, sector, most)[:stated]
    raise ValueError("no workbook")


def _table_sectors(
    content: bytes, sector: Callable[[int], bytes], most: int
) -> Iterator[int]:
    """
    The sectors of the table of sectors: some are named in the head, more in a chain.
    """
    yield from _named(content[76:512])
    following = _LONG.unpack_from(content, 68)[0]
    for _ in range(most):
        if following >= _FREE:
            return
        more = sector(following)
        yield from _named(more[:-4])
        following = _LONG.unpack_from(more, len(more) - 4)[0]


def _named(part: bytes) -> Iterator[int]:
    numbers = (number for (number,) in _LONG.iter_unpack(part))
    yield from (number for number in numbers if number < _FREE)


def _chain(first: int, table: bytes, sector: _Sector, most: int) -> bytes:
    parts, number = list[bytes](), first
    while number < _FREE:
        if len(parts) == most:
            raise ValueError("a chain without an end")
        parts.append(sector(number))
        number = _LONG.unpack_from(table, 4 * number)[0]
    return b"".join(parts)


def _records(book: bytes) -> Iterator[tuple[int, bytes]]:
    """
    The records until the end of their part.
    """
    start = 0
    while start + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, start)
        yield kind, book[start + 4 : start + 4 + length]
        if kind == _END:
            return
        start += 4 + length


def _sheets(book: bytes) -> Iterator[tuple[int, str]]:
    """
    Where each sheet begins, and its name.
    """
    for kind, record in _records(book):
        if kind == _BOUND_SHEET:
            length, wide = record[6], record[7] & 1
            text = record[8 : 8 + length * (1 + wide)]
            encoding = "utf-16-le" if wide else "latin-1"
            yield _LONG.unpack_from(record)[0], text.decode(encoding, "replace")


def _failed(sheet: bytes) -> Iterator[tuple[int, int, int]]:
    """
    Row, column and code of each error of a sheet.
    """
    for kind, record in _records(sheet):
        if kind == _BOOL_OR_ERROR and record[7]:
            yield *struct.unpack_from("<HH", record), record[6]
        elif kind == _FORMULA:
            result = record[6:14]
            if result[6:8] == b"\xff\xff" and result[0] == _ERROR_RESULT:
                yield *struct.unpack_from("<HH", record), result[2]
