"""
A paper as PDF, with the font it is set in.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import WrapMode
from fpdf.fonts import FontFace

from shared.numerals import day_in_numerals
from shared.papers.lines import lines_of
from shared.papers.paper import Paper, Paragraph, Table

# GB/T 9704: the title in size 2, the text in size 3; margins of 28 and 26 mm.
_TITLE, _TEXT, _LINE = 22, 16, 10
_CELL, _CELL_LINE = 12, 7
_HIGHEST = 20  # the most lines of a row of a table
_HAIR = 0.1
_LEFT, _TOP, _RIGHT, _BOTTOM = 28, 37, 26, 35
_INDENT = "　　"
_WITH_HEADING = 3 * _LINE  # no heading stands at the foot of a page without its text
_SIGNED = 3 * _LINE  # the name and the day, below an empty line


# It warns of tables of the font that no PDF needs.
logging.getLogger("fontTools.subset").setLevel(logging.ERROR)


class FontLacksError(Exception):
    """
    The font has no sign for some characters of a paper: they stand in *characters*.
    """

    def __init__(self, characters: str) -> None:
        self.characters = characters
        super().__init__(f"{len(characters)} characters are not in the font")


def as_pdf(paper: Paper, font: Path) -> bytes:
    """
    Set in the first face of *font*; the same paper gives the same bytes.

    Raises `FontLacksError`, as a letter must not lose a character of a name.
    """
    content, _ = as_one_pdf([paper], font)
    return content


def as_one_pdf(papers: Sequence[Paper], font: Path) -> tuple[bytes, tuple[int, ...]]:
    """
    Papers one after another in one PDF, each beginning on a new page, under the name of
    the first; and how many pages each has.
    """
    for paper in papers:
        _require_characters(paper, font)
    page = FPDF(format="A4")
    first = papers[0]
    page.set_creation_date(datetime.combine(first.day, datetime.min.time(), UTC))
    page.set_title(first.title)
    page.set_author(first.office)
    page.set_margins(_LEFT, _TOP, _RIGHT)
    page.set_auto_page_break(auto=True, margin=_BOTTOM)
    page.add_font("paper", fname=font)
    _lower_marks(page.fonts["paper"])
    pages, before = list[int](), 0
    for paper in papers:
        page.add_page()
        _set(page, paper)
        pages.append(page.page - before)
        before = page.page
    return bytes(page.output()), tuple(pages)


def legible(paper: Paper, font: Path, instead: str = "〓") -> Paper:
    """
    The paper with a sign *instead* of each character that the font does not have.
    """
    characters = _characters(font) | {ord("\n")}

    def change(text: str) -> str:
        return "".join(c if ord(c) in characters else instead for c in text)

    return paper.rewritten(change)


def _set(page: FPDF, paper: Paper) -> None:
    page.set_font("paper", size=_TITLE)
    _line(page, paper.title, "C")
    page.set_font("paper", size=_TEXT)
    if paper.head:
        _line(page, paper.head, "C")
    page.ln(_LINE / 2)
    if paper.addressee:
        _line(page, f"{paper.addressee}：", "L")
    _blocks(page, paper.body, signed=True)
    page.ln(_LINE)
    if page.will_page_break(2 * _LINE):  # they stand together
        page.add_page()
    _line(page, paper.office, "R")
    _line(page, day_in_numerals(paper.day), "R")
    if paper.below:
        page.ln(_LINE)
        _blocks(page, paper.below)


def _blocks(
    page: FPDF, blocks: Sequence[Paragraph | Table], *, signed: bool = False
) -> None:
    """
    One below another. What is *signed* below ends with a line, or a row, on the page of
    the signature: no signature stands on a page of its own.
    """
    for place, block in enumerate(blocks, start=1):
        below = _SIGNED if signed and place == len(blocks) else 0
        if isinstance(block, Table):
            _table(page, block, below)
        elif block.heading:
            ends = signed and place == len(blocks) - 1
            if page.will_page_break(_WITH_HEADING + (_SIGNED if ends else 0)):
                page.add_page()
            _line(page, block.text, "L")
        else:
            _line(page, _INDENT + block.text, "L", below)


def _table(page: FPDF, table: Table, below: float) -> None:
    """
    Its head stands again at the top of every page that it goes on; the last row goes
    over to the next page if what stands *below* does.
    """
    page.set_font("paper", size=_CELL)
    page.ln(_LINE / 4)
    heads, rows = (table.heads,) if table.heads else (), [*_rows(page, table)]
    lines = (1 + max(cell.count("\n") for cell in row) for row in (*heads, *rows))
    if rows and _goes_over(page, sum(lines) * _CELL_LINE, _LINE / 4 + below):
        if rows[1:]:
            _grid(page, table, (*heads, *rows[:-1]))
        page.add_page()
        rows = rows[-1:]
    _grid(page, table, (*heads, *rows))
    page.ln(_LINE / 4)
    page.set_font("paper", size=_TEXT)


def _grid(page: FPDF, table: Table, rows: Sequence[tuple[str, ...]]) -> None:
    with page.table(
        rows,
        first_row_as_headings=bool(table.heads),
        col_widths=table.widths,
        text_align="L",
        line_height=_CELL_LINE,
        headings_style=FontFace(emphasis="NONE"),
        wrapmode=WrapMode.CHAR,
    ):
        pass


def _goes_over(page: FPDF, height: float, below: float) -> bool:
    """
    Whether what stands *below* something of a height would begin the next page.
    """
    return page.will_page_break(height + below) and not page.will_page_break(height)


def _rows(page: FPDF, table: Table) -> Iterator[tuple[str, ...]]:
    """
    The rows of a table in lines as wide as its columns; one that would be higher than a
    page goes on in another.
    """
    parts = (page.epw * part / sum(table.widths) for part in table.widths)
    widths = [_inner(page, part) for part in parts]
    for row in table.rows:
        cells = [
            [
                line
                for part in text.split("\n")
                for line in lines_of(part, width, page.get_string_width)
            ]
            for text, width in zip(row, widths, strict=True)
        ]
        for first in range(0, max(map(len, cells)), _HIGHEST):
            yield tuple("\n".join(cell[first : first + _HIGHEST]) for cell in cells)


def _inner(page: FPDF, width: float) -> float:
    """
    The width for the text in a cell of this *width*, a little less than fpdf's own.
    """
    return width - 2 * page.c_margin - _HAIR


def _line(page: FPDF, text: str, align: str, below: float = 0) -> None:
    lines = lines_of(text, _inner(page, page.epw), page.get_string_width)
    if below and _goes_over(page, len(lines) * _LINE, below):
        _written(page, lines[:-1], align)
        page.add_page()
        lines = lines[-1:]
    _written(page, lines, align)


def _written(page: FPDF, lines: Sequence[str], align: str) -> None:
    if lines:
        page.multi_cell(
            *(0, _LINE, "\n".join(lines)),
            align=align,
            new_x="LMARGIN",
            new_y="NEXT",
            wrapmode=WrapMode.CHAR,
        )


def _lower_marks(font: Any) -> None:
    """
    Put full stops and enumeration commas that a font has in the middle of their square,
    as in Taiwan, into its lower left corner (GB/T 15834).
    """
    face = font.ttfont
    names, metrics = face.getBestCmap(), face["hmtx"]
    for mark in "。、":
        name = names.get(ord(mark))
        if "glyf" not in face or name is None:
            continue
        glyph, (width, side) = face["glyf"][name], metrics[name]
        if side * 4 > width and glyph.numberOfContours > 0:
            right, up = width // 10 - glyph.xMin, -width // 12 - glyph.yMin
            glyph.coordinates.translate((right, up))
            glyph.recalcBounds(face["glyf"])
            metrics[name] = (width, side + right)


def _require_characters(paper: Paper, font: Path) -> None:
    in_font = _characters(font)
    text = "".join(paper.texts())
    lacking = "".join(dict.fromkeys(c for c in text if ord(c) not in in_font))
    if lacking.strip():
        raise FontLacksError(lacking.strip())


@lru_cache(maxsize=1)
def _characters(font: Path) -> frozenset[int]:
    with TTFont(font, fontNumber=0, lazy=True) as face:
        return frozenset(face.getBestCmap())
