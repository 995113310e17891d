"""
Request and response schemas of the endpoints for closings.
"""

from __future__ import annotations

from marshmallow import fields

from services.assignment.domain.closings.archiving import Archiving
from services.assignment.domain.closings.closing import (
    REPORT_STATES,
    Closing,
    HeadEvidence,
    Tick,
)
from shared.records.views import view_of
from shared.vocabulary import ClosingKind, Disposition, PendingClosing, Remedy, Verdict
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Coded
from shared.web.schema.fields import Strict
from shared.web.schema.named import named, named_term
from shared.web.schema.queries import ListQuery


class DocumentBody(Strict):
    """
    A document by the name the packet gives it, its number or where it is, and the file
    that was filed with the case.
    """

    name = schema.text(longest=100)
    reference = schema.text(longest=200)
    document_id = schema.text(longest=40, required=False, load_default=None)


class HeadEvidenceBody(Strict):
    """A head of 三到位一处理, and which documents of the closing show it (PY-01)."""

    head = schema.one_of(Disposition)
    documents = schema.many(schema.text(longest=100), least=1, most=50)


class ClosingBody(Strict):
    """
    The responsible office reports a case closed; *submitted_on* is today by default.
    """

    kind = named_term("closing_kind", ClosingKind)
    concluded_on = schema.day()
    submitted_on = schema.day(required=False, load_default=None)
    dispositions = schema.many(schema.one_of(Disposition), most=4)
    measures = schema.many(schema.one_of(Remedy), most=20)
    narrative = schema.text(longest=4000)
    documents = schema.many(
        schema.nested(DocumentBody), most=50, required=False, load_default=list
    )
    head_evidence = schema.many(
        schema.nested(HeadEvidenceBody), most=4, required=False, load_default=list
    )


class SignatureBody(Strict):
    """
    One signature under a closing: *signer* is the id of the programme's route,
    *document_id* the filed page that carries the signature, if it was given on paper.
    """

    signer = named("signer")
    post = schema.post()
    on = schema.day()
    opinion = schema.text(longest=1000, required=False, load_default=None)
    document_id = schema.text(longest=40, required=False, load_default=None)


class TickBody(Strict):
    """An item of the standard, and which documents of the closing show it."""

    item = named("closing_item")
    documents = schema.many(
        schema.text(longest=100), most=50, required=False, load_default=list
    )


class ReviewBody(Strict):
    """
    The hub confirms a closing or sends it back; *return_reasons* are the programme's.
    """

    verdict = schema.one_of(Verdict)
    reviewed_on = schema.day()
    checklist = schema.many(
        schema.nested(TickBody), most=50, required=False, load_default=list
    )
    return_reasons = schema.many(
        named("return_reason"), most=20, required=False, load_default=list
    )
    reasons = schema.text(longest=1000, required=False, load_default=None)


class ClosingsQuery(ListQuery):
    """The closings that wait for their review, or those that were sent back."""

    state = schema.one_of(
        PendingClosing, required=False, load_default=PendingClosing.SUBMITTED
    )


class ReopeningBody(Strict):
    """A closed case flowed back."""

    reopened_on = schema.day()
    cause = schema.text(longest=200)
    reason = schema.text(longest=1000)


class StrikeOffBody(Strict):
    """
    A case is struck off the list, or put back: why, and who approved it (XQ-14).
    """

    on = schema.day()
    reason = schema.text(longest=1000)
    approver_post = schema.post()


ClosingView = view_of(
    Closing,
    kind=named_term("closing_kind", ClosingKind),
    dispositions=schema.many(schema.one_of(Disposition), most=4),
    measures=schema.many(schema.one_of(Remedy), most=20),
    state=Coded(REPORT_STATES, required=True),
    head_evidence=schema.many(
        schema.nested(view_of(HeadEvidence, head=schema.one_of(Disposition))), most=4
    ),
    checklist=schema.many(
        schema.nested(view_of(Tick, item=named("closing_item", shown=True))), most=100
    ),
    return_reasons=schema.many(named("return_reason", shown=True), most=20),
    to_sign=fields.List(fields.String(), required=True),
)
ClosingSummary = view_of(
    Closing,
    "ClosingSummary",
    without=(
        *("dispositions", "measures", "narrative", "documents", "head_evidence"),
        *("standard", "standard_version", "signatures", "checklist"),
    ),
    office=schema.office_code(required=True),
    kind=named_term("closing_kind", ClosingKind),
    state=Coded(REPORT_STATES, required=True),
    return_reasons=schema.many(named("return_reason", shown=True), most=20),
    to_sign=fields.List(fields.String(), required=True),
)


class ArchivingBody(Strict):
    """The file of a case is complete: its volume, and the post that archived it."""

    on = schema.day()
    volume = schema.text(longest=60)
    post = schema.post()


ArchivingView = view_of(
    Archiving,
    number=fields.String(required=True),
    documents=fields.Integer(required=True),
)
