"""
Papers that their service fills by itself, printed and filed; no series numbers them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from shared.documents.document import Document
from shared.documents.filing import Desk, NewDocument, file_document, paper_of
from shared.documents.rules import document_rules
from shared.documents.schemas import DocumentView
from shared.errors import Conflict
from shared.media_types import DOCX, PDF
from shared.papers import Paper, PaperTemplate
from shared.vocabulary import Role
from shared.web.call import Call, Download
from shared.web.endpoint import Handler, add_endpoint
from shared.web.papers import (
    MEDIA_TYPES,
    PaperBody,
    content_of,
    docx_of,
    pdf_of,
)


@dataclass(frozen=True, kw_only=True)
class FilledPaper:
    """
    A paper filled by its *template*. *number*: of its record, for the name of the file;
    *matter*: with which it is filed.
    """

    paper: Paper
    template: PaperTemplate
    number: str
    matter: Any

    @property
    def name(self) -> str:
        return f"{self.number}-{self.template.id}"


Fill = Callable[[Call], FilledPaper]
"""
The paper that a request asks for. Raises `Conflict` while it has nothing to state.
"""


def filled_paper_endpoints(
    service: str,
    desk: Desk,
    fill: Fill,
    singular: str,
    url: str,
    *,
    roles: frozenset[Role],
    body: type[PaperBody],
    body_to_file: type[PaperBody],
) -> ModuleType:
    """
    A module with the endpoints of the papers of one kind of record at *url*, for the
    list of modules of a *service*; *singular* is that kind in the names of endpoints.
    """
    module = ModuleType(f"services.{service}.papers_printed")
    add_prints(module, singular, url, fill, roles=roles, body=body)
    add_endpoint(
        *(module, f"file_{singular}_paper", _filed_at_once(desk, fill)),
        *("POST", url),
        roles=roles,
        body=body_to_file,
        answer=DocumentView,
        status=201,
    )
    return module


def add_prints(
    module: ModuleType,
    singular: str,
    url: str,
    fill: Fill,
    *,
    roles: frozenset[Role],
    body: type[PaperBody],
) -> None:
    """
    Add the two endpoints that print a paper and file nothing.
    """
    how: dict[str, Any] = {"roles": roles, "body": body, "repeatable": False}
    docx, pdf = (
        (module, f"{singular}_paper_as_docx"),
        (module, f"{singular}_paper_as_pdf"),
    )
    add_endpoint(*docx, _as_docx(fill), "POST", f"{url}/docx", gives=DOCX, **how)
    add_endpoint(*pdf, _as_pdf(fill), "POST", f"{url}/pdf", gives=PDF, **how)


def _as_docx(fill: Fill) -> Handler:
    def as_docx(call: Call) -> Download:
        """
        Print a paper as a Word document.
        """
        filled = fill(call)
        return docx_of(filled.paper, filled.name)

    return as_docx


def _as_pdf(fill: Fill) -> Handler:
    def as_pdf(call: Call) -> Download:
        """
        Print a paper as PDF.
        """
        filled = fill(call)
        return pdf_of(filled.paper, filled.name)

    return as_pdf


def _filed_at_once(desk: Desk, fill: Fill) -> Handler:
    def file(call: Call) -> Document:
        """
        Print a paper and file it as a document of its matter.
        """
        filled = fill(call)
        require_filed(filled.matter, filled.template)
        new = laid_out(call, filled.paper, filled.template)
        return file_document(call, desk, filled.matter, new)

    return file


def require_filed(matter: Any, template: PaperTemplate) -> None:
    """
    Raises `Conflict` if papers of the template are filed with nothing.
    """
    if matter is None or template.filed_as not in document_rules().titles:
        raise Conflict.because(
            "not_filed",
            f"《{template.title}》不归入案卷。",
            "请直接下载（papers/docx 或 papers/pdf）。",
            "/paper",
        )


def laid_out(call: Call, paper: Paper, template: PaperTemplate) -> NewDocument:
    """
    A paper in the form that the request names, to be filed.
    """
    media_type = MEDIA_TYPES[call.body["form"]]
    return as_document(paper, template, content_of(paper, media_type), media_type)


def as_document(
    paper: Paper, template: PaperTemplate, content: bytes, media_type: str
) -> NewDocument:
    """
    A paper with its printed *content*, to be filed.
    """
    return paper_of(
        kind=template.filed_as,
        title=" ".join(filter(None, (paper.title, paper.number))),
        content=content,
        media_type=media_type,
        dated=paper.day,
    )
