"""
The papers of a hearing, to print, sign and serve; people are named by role alone.
"""

from __future__ import annotations

from services.hearing.documents import DESK
from services.hearing.domain.hearing import Hearing
from services.hearing.domain.terms import Participant
from services.hearing.papers import PAPERS, paper_of
from services.hearing.schemas.papers import FiledHearingPaper, HearingPaper
from services.hearing.store import Cases, Hearings
from shared.documents.document import Document
from shared.documents.printing import file_printed
from shared.documents.schemas import DocumentView
from shared.papers import Paper, PaperTemplate
from shared.web.call import CLERKS, Call, Download
from shared.web.endpoint import api
from shared.web.lookup import in_sight
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


@api(
    "POST",
    "/hearings/<identity>/papers",
    roles=CLERKS,
    body=FiledHearingPaper,
    answer=DocumentView,
    status=201,
)
def file_hearing_paper(call: Call) -> Document:
    """
    Print a paper of a hearing and file it as a document of the case.
    """
    hearing = _hearing(call)
    paper, template = _filled(call, hearing)
    case = Cases(call.session).get(hearing.case_number)
    return file_printed(call, DESK, case, paper, template)


def _paper(call: Call) -> tuple[Paper, str]:
    """
    The paper of the request, and the name of its file.
    """
    hearing = _hearing(call)
    paper, template = _filled(call, hearing)
    return paper, f"{hearing.case_number}-{template.id}"


def _hearing(call: Call) -> Hearing:
    identity = call.path["identity"]
    return in_sight(call, Hearings(call.session).get(identity), "听证", identity)


def _filled(call: Call, hearing: Hearing) -> tuple[Paper, PaperTemplate]:
    body = call.body
    fields = {name: body[name] for name in ("document", "on") if name in body}
    if "addressee" in body:
        fields["addressee"] = Participant(body["addressee"]).chinese
    template = PAPERS.template(body["paper"])
    return paper_of(hearing, template, **fields), template
