"""
What a file is by its content, and in which encoding. The name an office gave it is only
asked when the content leaves it open; zipped.py looks into workbooks.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import BinaryIO, TextIO

from services.intake.ledger.files.zipped import check_zip
from services.intake.ledger.form import Limits
from services.intake.ledger.problems import (
    not_a_spreadsheet,
    protected,
    unreadable,
)

_CHUNK = 64 * 1024
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GB18030_MARK = b"\x84\x31\x95\x33"
_FEW_NULS = 100  # one in so many bytes is a slip of a program, more are no text
_OTHERS = (
    (b"%PDF", "PDF文件"),
    (b"Rar!", "RAR压缩包"),
    (b"7z\xbc\xaf", "7z压缩包"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"{\\rtf", "RTF文档"),
)
_SPREADSHEET_NAMES = (".xlsx", ".xls", ".xlsm", ".xlsb", ".et", ".ods")

_MARKUP = re.compile(
    rb"[\xef\xbb\xbf\s]*<(?:!doctype|html|table|\?xml|meta)", re.IGNORECASE
)


class Storage(StrEnum):
    """
    How the cells of a file are stored.
    """

    WORKBOOK = "workbook"
    DELIMITED = "delimited"
    OBJECTS = "objects"


def opened_as(stream: BinaryIO, limits: Limits) -> Storage:
    """
    Leaves the stream at its beginning. Raises LedgerUnreadable.
    """
    stream.seek(0)
    start = stream.read(_CHUNK)
    stream.seek(0)
    if not start.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise unreadable("empty_file", "文件是空的。", "请核对后上传填好的台账。")
    if start.startswith(_ZIP):
        check_zip(stream, limits)
        return Storage.WORKBOOK
    if start.startswith(_OLE):
        _check_ole(stream)
        return Storage.WORKBOOK
    _check_text(start)
    first = start.removeprefix(_GB18030_MARK).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return Storage.OBJECTS if first in {b"[", b"{"} else Storage.DELIMITED


def is_named_as_workbook(filename: str) -> bool:
    return filename.lower().endswith(_SPREADSHEET_NAMES)


def encoding_of(stream: BinaryIO) -> str:
    """
    The encoding that decodes the whole file. Leaves the stream at its beginning.
    """
    stream.seek(0)
    start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        if _decodes(stream, encoding):
            stream.seek(0)
            return encoding
    raise unreadable(
        "encoding_unknown",
        "文件的文字编码既不是 UTF-8 也不是 GBK。",
        "请另存为 UTF-8 编码的 csv，或者另存为 xlsx 后重新上传。",
    )


@contextmanager
def decoded(stream: BinaryIO) -> Iterator[TextIO]:
    """
    The stream as text. Whoever opened the stream must also close it.
    """
    text = io.TextIOWrapper(stream, encoding=encoding_of(stream), newline="")
    try:
        yield text
    finally:
        text.detach()


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _check_text(start: bytes) -> None:
    for magic, what in _OTHERS:
        if start.startswith(magic):
            raise not_a_spreadsheet(f"而是{what}")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    if _FEW_NULS * start.count(b"\x00") > len(start):
        raise not_a_spreadsheet("内容无法识别")
    if _MARKUP.match(start):
        raise not_a_spreadsheet("而是网页或者 XML 文件")


def _check_ole(stream: BinaryIO) -> None:
    """
    An old xls and a workbook under a password share one container.
    """
    names = stream.read()
    stream.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in names:
        raise protected()
    if not any(name.encode("utf-16-le") in names for name in ("Workbook", "Book")):
        raise not_a_spreadsheet("而是其他办公文档")
