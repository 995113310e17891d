"""
The papers of a petition, to print, sign and serve.
"""

from __future__ import annotations

from pathlib import Path

from eventlet import tpool

from services.intake.endpoints.lookup import petition_of
from services.intake.endpoints.openings import READERS, opened
from services.intake.papers import Record, papers
from services.intake.schemas.papers import PaperBody
from services.intake.store import Petitions, Replies, Steps
from shared.errors import Conflict, Problem, reject_if
from shared.papers import FontLacksError, Paper, as_docx, as_pdf
from shared.settings import settings
from shared.web.endpoint import Call, Download, api

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"


@api(
    "POST",
    "/petitions/<number>/papers/docx",
    roles=READERS,
    body=PaperBody,
    gives=DOCX,
    repeatable=False,
)
def paper_as_docx(call: Call) -> Download:
    """
    Print a paper of a petition as a Word document; it is noted in the read log.
    """
    name, paper = _paper(call)
    content = tpool.execute(as_docx, paper)
    return Download(content, DOCX, f"{name}.docx")


@api(
    "POST",
    "/petitions/<number>/papers/pdf",
    roles=READERS,
    body=PaperBody,
    gives=PDF,
    repeatable=False,
)
def paper_as_pdf(call: Call) -> Download:
    """
    Print a paper of a petition as PDF; it is noted in the read log.
    """
    name, paper = _paper(call)
    font = Path(settings["PAPER_FONT"])
    if not font.exists():
        raise _without_pdf("本系统没有安装打印字体")
    try:
        content = tpool.execute(as_pdf, paper, font)
    except FontLacksError as lacks:
        raise _without_pdf(f"打印字体缺少“{lacks.characters}”") from None
    return Download(content, PDF, f"{name}.pdf")


def _paper(call: Call) -> tuple[str, Paper]:
    """
    The name of the file, and the paper of the request.
    """
    petition, wanted = petition_of(call), call.body["paper"]
    reject_if(_unknown(wanted))
    template = papers()[wanted]
    opened(call, petition.number, petition.office, f"制作{template.title}")
    record = Record(
        petition,
        Petitions(call.session).private(petition.number),
        Steps(call.session).of_petition(petition.number),
        Replies(call.session).of_petition(petition.number),
    )
    return f"{petition.number}-{template.id}", record.paper(template)


def _unknown(wanted: str) -> list[Problem]:
    if wanted in papers():
        return []
    names = "、".join(f"{p.id}（{p.title}）" for p in papers().values())
    return [Problem("not_in_list", "没有这种文书。", f"可选：{names}。", "/paper")]


def _without_pdf(why: str) -> Conflict:
    return Conflict.because(
        "no_pdf", f"{why}，不能制作 PDF。", "请改用 docx。", "/paper"
    )
