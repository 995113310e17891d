"""
A paper as PDF, with the font it is set in.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import WrapMode

from shared.papers.template import Paper, day_in_numerals

# GB/T 9704: the title in size 2, the text in size 3; margins of 28 and 26 mm.
_TITLE, _TEXT, _LINE = 22, 16, 10
_LEFT, _TOP, _RIGHT, _BOTTOM = 28, 37, 26, 35
_INDENT = "　　"


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
    lines = (paper.title, paper.number, paper.addressee, *paper.paragraphs)
    written = "".join((*lines, paper.office))
    known = _characters(font)
    lacking = "".join(dict.fromkeys(c for c in written if ord(c) not in known))
    if lacking.strip():
        raise FontLacksError(lacking.strip())
    page = FPDF(format="A4")
    page.set_creation_date(datetime.combine(paper.day, datetime.min.time(), UTC))
    page.set_title(paper.title)
    page.set_author(paper.office)
    page.set_margins(_LEFT, _TOP, _RIGHT)
    page.set_auto_page_break(auto=True, margin=_BOTTOM)
    page.add_font("paper", fname=font)
    page.add_page()
    page.set_font("paper", size=_TITLE)
    _line(page, paper.title, "C")
    page.set_font("paper", size=_TEXT)
    if paper.number:
        _line(page, paper.number, "C")
    page.ln(_LINE / 2)
    _line(page, f"{paper.addressee}：", "L")
    for text in paper.paragraphs:
        _line(page, _INDENT + text, "L")
    page.ln(_LINE)
    _line(page, paper.office, "R")
    _line(page, day_in_numerals(paper.day), "R")
    return bytes(page.output())


def _line(page: FPDF, text: str, align: str) -> None:
    # Chinese is broken between any two characters.
    page.multi_cell(
        *(0, _LINE, text),
        align=align,
        new_x="LMARGIN",
        new_y="NEXT",
        wrapmode=WrapMode.CHAR,
    )


@lru_cache(maxsize=1)
def _characters(font: Path) -> frozenset[int]:
    with TTFont(font, fontNumber=0, lazy=True) as face:
        return frozenset(face.getBestCmap())
