"""
The papers of a hearing, to print, sign and serve; people are named by role alone.
"""

from __future__ import annotations

from services.hearing.domain.terms import Participant
from services.hearing.papers import PAPERS, paper_of
from services.hearing.schemas.papers import HearingPaper
from services.hearing.store import Hearings
from shared.papers import Paper
from shared.web.endpoint import CLERKS, Call, Download, api, in_sight
from shared.web.papers import DOCX, PDF, docx_of, pdf_of


@api(
    "POST",
    "/hearings/<identity>/papers/docx",
    roles=CLERKS,
    body=HearingPaper,
    gives=DOCX,
    repeatable=False,
)
def hearing_paper_as_docx(call: Call) -> Download:
    """
    Print a paper of a hearing as a Word document.
    """
    return docx_of(*_paper(call))


@api(
    "POST",
    "/hearings/<identity>/papers/pdf",
    roles=CLERKS,
    body=HearingPaper,
    gives=PDF,
    repeatable=False,
)
def hearing_paper_as_pdf(call: Call) -> Download:
    """
    Print a paper of a hearing as PDF.
    """
    return pdf_of(*_paper(call))


def _paper(call: Call) -> tuple[Paper, str]:
    """
    The paper of the request, and the name of its file.
    """
    identity = call.path["identity"]
    hearing = in_sight(call, Hearings(call.session).get(identity), "听证", identity)
    fields = dict(call.body)
    template = PAPERS.template(fields.pop("paper"))
    if "addressee" in fields:
        fields["addressee"] = Participant(fields["addressee"]).chinese
    paper = paper_of(hearing, template, **fields)
    return paper, f"{hearing.case_number}-{template.id}"
