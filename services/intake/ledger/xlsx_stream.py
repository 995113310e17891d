"""
A workbook written row by row into pieces of bytes, never whole in memory and never in
a file: what it holds may name people.

A cell is a text, as its reader sees it, or a whole number.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

LONGEST_CELL = 32_767  # characters that Excel keeps
LISTED = 255  # characters of a drop-down that stands in the cell itself
_LAST_ROW = 1_048_576  # of a sheet of Excel
_LONGEST_NAME = 31  # characters of a sheet's name
_PIECE = 64 * 1024  # bytes that are given on at once
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

PLAIN, TITLE, HEADING, TEXT = range(4)
"""
How a cell looks.
"""
_NUMBER = 4  # instead of the look of its row
CellValue = str | int

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BORDER = "".join(
    f'<{side} style="thin"><color auto="1"/></{side}>'
    for side in ("left", "right", "top", "bottom")
)
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">
<fonts count="3"><font><sz val="11"/><name val="宋体"/></font>
<font><b/><sz val="16"/><name val="宋体"/></font>
<font><b/><sz val="11"/><name val="宋体"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="2"><border/><border>{_BORDER}</border></borders>
<cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="5"><xf/>
<xf fontId="1" applyAlignment="1"><alignment horizontal="center"/></xf>
<xf fontId="2" borderId="1" applyAlignment="1">
<alignment horizontal="center" vertical="center" wrapText="1"/></xf>
<xf numFmtId="49" borderId="1" applyNumberFormat="1" applyAlignment="1">
<alignment vertical="center" wrapText="1"/></xf>
<xf numFmtId="1" borderId="1" applyNumberFormat="1" applyAlignment="1">
<alignment vertical="center"/></xf></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""


@dataclass(frozen=True)
class SheetLayout:
    """
    What a sheet looks like: *widths* of its columns in characters, ranges *merged*
    ("A1:C1"), how many rows stay in sight, and what is offered below them in a column,
    counted from 0, as far as a drop-down holds it.
    """

    widths: Sequence[int]
    merged: Sequence[str] = ()
    frozen: int = 0
    offered: Mapping[int, Sequence[str]] = field(default_factory=dict)


class _Pieces:
    """
    Takes bytes from the archive until they are given on.
    """

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, content: bytes) -> int:
        self.waiting += content
        return len(content)

    def flush(self) -> None:
        """
        There is nothing behind this.
        """

    def take(self) -> bytes:
        ready = bytes(self.waiting)
        self.waiting.clear()
        return ready


@dataclass
class XlsxStream:
    """
    Write each sheet in turn, then the end; each gives the bytes that are complete.
    """

    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._pieces = _Pieces()
        target: Any = self._pieces  # written to, never read
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)

    def sheet(
        self,
        name: str,
        layout: SheetLayout,
        rows: Iterable[tuple[int, Sequence[CellValue]]],
    ) -> Iterator[bytes]:
        """
        A sheet of *rows*, each with the look of its cells; an empty text is an empty
        cell.
        """
        self.names.append(self._new_name(name))
        part = f"xl/worksheets/sheet{len(self.names)}.xml"
        with self._archive.open(part, "w") as sheet:
            sheet.write(_before(layout).encode())
            for number, (look, texts) in enumerate(rows, start=1):
                sheet.write(_row(number, look, texts).encode())
                if len(self._pieces.waiting) > _PIECE:
                    yield self._pieces.take()
            sheet.write(_after(layout).encode())
        yield self._pieces.take()

    def end(self) -> Iterator[bytes]:
        """
        What a workbook needs beside its sheets.
        """
        for name, content in _parts(self.names):
            self._archive.writestr(name, content)
        self._archive.close()
        yield self._pieces.take()

    def _new_name(self, name: str) -> str:
        """
        *name* as Excel takes it, and as no other sheet has it.
        """
        plain = _NOT_IN_NAMES.sub("", name)[:_LONGEST_NAME].strip("'") or "表"
        new, count = plain, 1
        while new.casefold() in map(str.casefold, self.names):
            count += 1
            new = f"{plain[: _LONGEST_NAME - 5]}({count})"
        return new


def letters(place: int) -> str:
    """
    The letters of a column counted from 0: 27 is AB.
    """
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _before(layout: SheetLayout) -> str:
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>'
        for place, width in enumerate(layout.widths, start=1)
    )
    pane = (
        f'<pane ySplit="{layout.frozen}" topLeftCell="A{layout.frozen + 1}"'
        ' activePane="bottomLeft" state="frozen"/>'
        if layout.frozen
        else ""
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/>'
        f'</sheetPr><sheetViews><sheetView workbookViewId="0">{pane}</sheetView>'
        f"</sheetViews><cols>{columns}</cols><sheetData>"
    )


def _after(layout: SheetLayout) -> str:
    merged = "".join(f'<mergeCell ref="{each}"/>' for each in layout.merged)
    cells = f"<mergeCells>{merged}</mergeCells>" if merged else ""
    page = '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    return f"</sheetData>{cells}{_offered(layout)}{page}</worksheet>"


def _offered(layout: SheetLayout) -> str:
    """
    The drop-downs of a sheet; what is written otherwise stays.
    """
    first, offered = layout.frozen + 1, ""
    for place, texts in layout.offered.items():
        listed, column = ",".join(texts).replace('"', '""'), letters(place)
        if len(listed) <= LISTED and not any("," in text for text in texts):
            offered += (
                '<dataValidation type="list" errorStyle="warning" allowBlank="1"'
                f' showErrorMessage="1" sqref="{column}{first}:{column}{_LAST_ROW}">'
                f'<formula1>"{escape(listed)}"</formula1></dataValidation>'
            )
    return f"<dataValidations>{offered}</dataValidations>" if offered else ""


def _row(number: int, look: int, values: Sequence[CellValue]) -> str:
    cells = "".join(
        _cell(f"{_letters(place)}{number}", look, value)
        for place, value in enumerate(values)
    )
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, look: int, value: CellValue) -> str:
    if isinstance(value, int):
        return f'<c r="{place}" s="{_NUMBER}"><v>{value}</v></c>'
    if not value:
        return f'<c r="{place}" s="{look}"/>'
    return (
        f'<c r="{place}" s="{look}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{_in_xml(value)}</t></is></c>'
    )


_LETTERS = [letters(place) for place in range(200)]


def _letters(place: int) -> str:
    return _LETTERS[place] if place < len(_LETTERS) else letters(place)


def _in_xml(text: str) -> str:
    text = _NOT_IN_XML.sub("", text[:LONGEST_CELL])
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(text)


def _parts(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """
    The files of a workbook beside its sheets, which have these *names*.
    """
    yield "xl/workbook.xml", _workbook(names)
    yield "xl/_rels/workbook.xml.rels", _relationships(len(names))
    yield "xl/styles.xml", _STYLES
    yield "_rels/.rels", _ROOT
    yield "[Content_Types].xml", _content_types(len(names))


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, start=1)
    )
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}">'
        f"<sheets>{sheets}</sheets></workbook>"
    )


def _relationships(sheets: int) -> str:
    """
    Where a workbook finds its sheets and its styles.
    """
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_DOCUMENT}/worksheet"'
        f' Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, sheets + 1)
    )
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId{sheets + 1}" Type="{_DOCUMENT}/styles"'
        ' Target="styles.xml"/></Relationships>'
    )


_ROOT = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship'
    f' Id="rId1" Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)


def _content_types(sheets: int) -> str:
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml"'
        f' ContentType="{_TYPE}.worksheet+xml"/>'
        for n in range(1, sheets + 1)
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml"'
        f' ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f"{parts}</Types>"
    )
