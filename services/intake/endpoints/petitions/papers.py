"""
The papers of a petition, to print, sign and serve.
"""

from __future__ import annotations

from services.intake.documents import DESK
from services.intake.domain.petitions.step_guards import window_of
from services.intake.endpoints.lookup import seen_by_actor
from services.intake.endpoints.openings import opened
from services.intake.endpoints.petitions.lifecycle import circumstances
from services.intake.papers import PAPERS, Record
from services.intake.store import Petitions, Replies
from shared.documents.document import Document
from shared.documents.printing import file_printed
from shared.documents.schemas import DocumentView
from shared.papers import Paper
from shared.web.call import READERS, Call, Download
from shared.web.endpoint import api
from shared.web.papers import DOCX, PDF, PaperBody, PaperToFile, docx_of, pdf_of


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
    return docx_of(*_paper(call))


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
    return pdf_of(*_paper(call))


@api(
    "POST",
    "/petitions/<number>/papers",
    roles=READERS,
    body=PaperToFile,
    answer=DocumentView,
    status=201,
)
def file_petition_paper(call: Call) -> Document:
    """
    Print a paper of a petition and file it as a document of the petition; it is noted
    in the read log.
    """
    paper, _ = _paper(call)
    template = PAPERS.template(call.body["paper"])
    return file_printed(call, DESK, seen_by_actor(call), paper, template)


def _paper(call: Call) -> tuple[Paper, str]:
    """
    The paper of the request, and the name of its file; that of a review is printed by
    the office that reviewed.
    """
    petition = seen_by_actor(call)
    template = PAPERS.template(call.body["paper"])
    around = circumstances(call, petition)
    windows = (window_of(step, around) for step in around.earlier)
    record = Record(
        petition,
        Petitions(call.session).private(petition.number),
        around.earlier,
        Replies(call.session).of_petition(petition.number),
        Petitions(call.session).first_of(petition),
        [window for window in windows if window],
    )
    opened(call, petition.number, record.office_of(template), f"制作{template.title}")
    return record.paper(template), f"{petition.number}-{template.id}"
