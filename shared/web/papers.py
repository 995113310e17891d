"""
Papers over HTTP: which one is asked for, and how the answer carries it.
"""

from __future__ import annotations

from pathlib import Path

from eventlet import tpool

from shared.errors import Conflict
from shared.papers import FontLacksError, Paper, as_docx, as_pdf
from shared.settings import settings
from shared.web.endpoint import Download
from shared.web.fields import Strict, text

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


class PaperBody(Strict):
    """Which paper of deploy/papers is to be printed."""

    paper = text(longest=60)


def docx_of(paper: Paper, name: str) -> Download:
    """
    A paper as the Word document *name*.docx; it is made in a thread of its own.
    """
    return Download(tpool.execute(as_docx, paper), DOCX, f"{name}.docx")


def pdf_of(paper: Paper, name: str) -> Download:
    """
    A paper as *name*.pdf; it is made in a thread of its own.

    Raises `Conflict` without a font that has all of its characters.
    """
    font = Path(settings["PAPER_FONT"])
    if not font.exists():
        raise _without_pdf("本系统没有安装打印字体")
    try:
        content = tpool.execute(as_pdf, paper, font)
    except FontLacksError as lacks:
        raise _without_pdf(f"打印字体缺少“{lacks.characters}”") from None
    return Download(content, PDF, f"{name}.pdf")


def _without_pdf(why: str) -> Conflict:
    return Conflict.because(
        "no_pdf", f"{why}，不能制作 PDF。", "请改用 docx。", "/paper"
    )
