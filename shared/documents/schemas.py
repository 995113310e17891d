"""
What is accepted and answered about documents over HTTP.
"""

from __future__ import annotations

from shared.documents.document import Document, DocumentOpening
from shared.records.views import view_of
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict


class DocumentForm(Strict):
    """What is said of a file that is uploaded with it."""

    kind = schema.text(longest=40)
    title = schema.text(longest=200)
    on = schema.day()


DocumentView = view_of(
    Document,
    "FiledDocumentView",
    without=("title", "filename", "withdrawn_by"),
    title=schema.text(longest=200, allow_none=True),
)


class DocumentWithdrawalBody(Strict):
    """Why a document is withdrawn, and the leader who approved it."""

    on = schema.day()
    reason = schema.text(longest=1000)
    approver_post = schema.post()


class ContentQuery(Strict):
    """What the content is needed for."""

    purpose = schema.text(longest=200)


DocumentOpeningView = view_of(DocumentOpening)
