"""
A paper as a Word document.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as CELL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from shared.numerals import day_in_numerals
from shared.papers.paper import Paper, Paragraph, Table

# GB/T 9704: the title in size 2, the text in size 3 of FangSong.
_TITLE, _TEXT = Pt(22), Pt(16)
_CELL = Pt(12)
_WIDTH = Mm(156)
_TITLE_FONT, _TEXT_FONT = "宋体", "仿宋"
_LANGUAGE = "zh-CN"
_LINE = Pt(28)
_ROW = Mm(8)  # of a table, at least
_AIR = Pt(2)  # above and below the text of a cell
_LONG = 400  # characters of a cell, beyond which its row may not fit on a page


def as_docx(paper: Paper) -> bytes:
    """
    The same paper gives the same bytes.
    """
    document = Document()
    # What the signs of punctuation look like goes by the language.
    document.styles.element.find(f".//{qn('w:lang')}").set(qn("w:eastAsia"), _LANGUAGE)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    above = _line(
        *(document, paper.title),
        font=_TITLE_FONT,
        size=_TITLE,
        align=ALIGN.CENTER,
    )
    if paper.head:
        above = _line(document, paper.head, align=ALIGN.CENTER)
    above.paragraph_format.space_after = _LINE // 2
    if paper.addressee:
        _line(document, f"{paper.addressee}：")
    _blocks(document, paper.body, signed=True)
    for text in ("", paper.office):  # the signature stands on the page of the last line
        _line(document, text, align=ALIGN.RIGHT).paragraph_format.keep_with_next = True
    _line(document, day_in_numerals(paper.day), align=ALIGN.RIGHT)
    if paper.below:
        _line(document, "")
        _blocks(document, paper.below)
    dated = datetime.combine(paper.day, datetime.min.time(), UTC)
    core = document.core_properties
    core.title, core.author = paper.title, paper.office
    core.created = core.modified = dated.replace(tzinfo=None)
    out = io.BytesIO()
    document.save(out)
    return _undated(out)


def _blocks(
    document: Any, blocks: Sequence[Paragraph | Table], *, signed: bool = False
) -> None:
    for place, block in enumerate(blocks):
        ends = signed and place == len(blocks) - 1
        if isinstance(block, Table):
            if place and isinstance(blocks[place - 1], Table):
                _line(document, "")  # Word makes one of two tables side by side
            grid = _table(document, block)
            for cell in grid.rows[-1].cells if ends and grid.rows else ():
                cell.paragraphs[0].paragraph_format.keep_with_next = True
        else:
            indent = 0 if block.heading else 2 * _TEXT
            line = _line(document, block.text, indent=indent)
            line.paragraph_format.keep_with_next = block.heading or ends


def _undated(written: io.BytesIO) -> bytes:
    """
    The same archive without the time at which its parts were written.
    """
    out = io.BytesIO()
    with ZipFile(written) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = ZipInfo(name)
            part.compress_type = ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return out.getvalue()


def _table(document: Any, table: Table) -> Any:
    grid = document.add_table(rows=0, cols=len(table.widths), style="Table Grid")
    grid.autofit = False
    columns = [_WIDTH * part // sum(table.widths) for part in table.widths]
    for column, width in zip(grid.columns, columns, strict=True):
        column.width = width
    heads = (table.heads,) if table.heads else ()
    for texts in (*heads, *table.rows):
        row = grid.add_row()
        row.height = _ROW
        if max(map(len, texts)) < _LONG:
            _mark(row, "w:cantSplit")  # it does not go on on the next page
        for cell, text, width in zip(row.cells, texts, columns, strict=True):
            cell.width, cell.vertical_alignment = width, CELL.CENTER
            spacing = cell.paragraphs[0].paragraph_format
            spacing.space_before = spacing.space_after = _AIR
            _written(cell.paragraphs[0], text, _TEXT_FONT, _CELL)
    if table.heads:
        _mark(grid.rows[0], "w:tblHeader")  # at the top of every page it goes on
    return grid


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - no other way


def _line(
    document: Any,
    text: str,
    *,
    font: str = _TEXT_FONT,
    size: int = _TEXT,
    align: ALIGN = ALIGN.LEFT,
    indent: int = 0,
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.line_spacing = _LINE
    paragraph.paragraph_format.space_after = 0
    paragraph.paragraph_format.first_line_indent = indent
    _written(paragraph, text, font, size)
    return paragraph


def _written(paragraph: Any, text: str, font: str, size: int) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = size, font
    fonts = run._element.rPr.rFonts  # noqa: SLF001 - no other way
    fonts.set(qn("w:eastAsia"), font)
    # Quotation marks and dots, which are in both fonts, are Chinese too.
    fonts.set(qn("w:hint"), "eastAsia")
