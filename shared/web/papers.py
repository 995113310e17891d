"""
Papers over HTTP: which one is asked for, and how the answer carries it.
"""

from __future__ import annotations

from pathlib import Path

from eventlet import tpool

from shared.errors import Conflict
from shared.media_types import DOCX, PDF
from shared.papers import Paper
from shared.settings import settings
from shared.vocabulary import PaperForm
from shared.web.call import Download
from shared.web.schema.fields import Strict, day, flag, many, nested, one_of, post, text

MEDIA_TYPES = {PaperForm.DOCX: DOCX, PaperForm.PDF: PDF}


class PaperBody(Strict):
    """Which paper of deploy/papers is to be printed."""

    paper = text(longest=60)


class PaperToFile(PaperBody):
    """Which paper is to be filed with its matter, and in which form."""

    form = one_of(PaperForm)


class WordsBody(Strict):
    """What the office writes itself for one part of a paper."""

    asked = text(longest=60)
    text = text(longest=5000)


class PrintedPaper(PaperBody):
    """
    Which paper, of which record (the last one by default), its document number, the
    post that issues it, its date if that is not the day of what it tells of, and the
    parts that the record cannot know.
    """

    of = text(longest=40, required=False)
    document = text(longest=80, required=False)
    issued_by = post(required=False)
    on = day(required=False)
    words = many(nested(WordsBody), most=12, required=False)


class FiledPaper(PrintedPaper):
    """
    A paper that is filed with its matter in this form; *numbered*: under the next
    number of the office's series.
    """

    form = one_of(PaperForm)
    numbered = flag(required=False)


def docx_of(paper: Paper, name: str) -> Download:
    """
    A paper as the Word document *name*.docx; it is made in a thread of its own.
    """
    return Download(content_of(paper, DOCX), DOCX, f"{name}.docx")


def pdf_of(paper: Paper, name: str) -> Download:
    """
    A paper as *name*.pdf; it is made in a thread of its own.

    Raises `Conflict` without a font that has all of its characters.
    """
    return Download(content_of(paper, PDF), PDF, f"{name}.pdf")


def content_of(paper: Paper, media_type: str) -> bytes:
    """
    A paper as Word document or as PDF; it is made in a thread of its own.

    Raises `Conflict` without a font that has all characters of a PDF.
    """
    if media_type == DOCX:
        return tpool.execute(_docx, paper)  # type: ignore[no-any-return]
    font = Path(settings["PAPER_FONT"])
    if not font.exists():
        raise _without_pdf("本系统没有安装打印字体")
    content: bytes | str = tpool.execute(_pdf, paper, font)
    if isinstance(content, str):
        raise _without_pdf(f"打印字体缺少“{content}”")
    return content


def content_for_mail(paper: Paper, form: PaperForm) -> tuple[bytes, PaperForm]:
    """
    A paper in the *form* wanted, or as Word document where no PDF can be made of it.
    """
    try:
        return content_of(paper, MEDIA_TYPES[form]), form
    except Conflict:
        return content_of(paper, DOCX), PaperForm.DOCX


def _docx(paper: Paper) -> bytes:
    from shared.papers.docx import as_docx

    return as_docx(paper)


def _pdf(paper: Paper, font: Path) -> bytes | str:
    """
    The PDF, or the characters that the font lacks.
    """
    from shared.papers.pdf import FontLacksError, as_pdf

    try:
        return as_pdf(paper, font)
    except FontLacksError as lacks:
        return lacks.characters


def _without_pdf(why: str) -> Conflict:
    return Conflict.because(
        "no_pdf", f"{why}，不能制作 PDF。", "请改用 docx。", "/paper"
    )
