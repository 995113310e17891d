"""
What the endpoints for batches, objections, filings and baselines accept and answer.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.assignment.domain.batches.baselines import FrozenList
from services.assignment.domain.batches.batches import (
    ITEM_STATES,
    STATES,
    Batch,
    BatchItem,
    FiledLetter,
    Filing,
    Objection,
    ObjectionStep,
)
from shared.records.views import view_of
from shared.vocabulary import ObjectionVerdict, Track
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Coded
from shared.web.schema.fields import Strict
from shared.web.schema.named import named


class BatchBody(Strict):
    """
    Cases handed down under one letter (PY-18): which run (XQ-17), and whether the
    campaign's or everyday (PY-47), if a person must say. *to_office* receives them all;
    without it each stays with the office that has it.
    """

    programme = named("programme")
    letter_no = schema.number_text()
    source = schema.text(longest=60)
    kind = named("batch_kind", required=False, load_default=None)
    track = schema.one_of(Track, required=False, load_default=None)
    to_office = schema.office_code()
    handed_on = schema.day()
    due_on = schema.day(required=False, load_default=None)
    case_numbers = schema.many(schema.number_text(), least=1, most=2000)


BatchSummary = view_of(
    Batch,
    "BatchSummary",
    without=["case_numbers"],
    programme=named("programme", shown=True),
    kind=named("batch_kind", shown=True, allow_none=True),
    receipts=fields.Dict(
        keys=fields.String(), values=fields.Date(allow_none=True), required=True
    ),
)

BatchItemView = view_of(
    BatchItem,
    without=["batch"],
    state=Coded(ITEM_STATES, required=True),
    objection_due_on=schema.day(allow_none=True),
)


class BatchView(BatchSummary):  # type: ignore[valid-type, misc]
    """A batch with what became of each of its cases."""

    items = fields.List(fields.Nested(BatchItemView), required=True)


class FiledLettersView(Schema):
    """The letters of a batch as they were filed, one for each receiving office."""

    letters = fields.List(fields.Nested(view_of(FiledLetter)), required=True)


class ReceiptBody(Strict):
    """When the responsible office received the batch (A-11)."""

    office = schema.office_code()
    received_on = schema.day()


class ObjectionBody(Strict):
    """A case in the batch is not the office's own (TL-04)."""

    number = schema.number_text()
    on = schema.day()
    reasons = schema.text(longest=2000)


ObjectionView = view_of(
    Objection,
    state=Coded(STATES, required=True),
    course=schema.many(
        schema.nested(
            view_of(
                ObjectionStep,
                "ObjectionStepView",
                state=Coded(STATES, required=True),
            )
        ),
        most=20,
    ),
)


class ObjectionDecisionBody(Strict):
    """
    The handing office, or in a dispute the conference, decides. A case that is returned
    goes *to_office*, else back to the office from which the batch took it.
    """

    to_office = schema.office_code()
    verdict = schema.one_of(ObjectionVerdict)
    on = schema.day()
    reasons = schema.text(longest=2000)


class DisputeBody(Strict):
    """The office does not accept the refusal."""

    on = schema.day()
    reasons = schema.text(longest=2000)


class WithdrawalBody(Strict):
    """The handing office withdraws cases."""

    on = schema.day()
    case_numbers = schema.many(schema.number_text(), least=1, most=2000)
    reason = schema.text(longest=1000)


class FilingBody(Strict):
    """An office files its list with the hub (PY-17)."""

    programme = named("programme")
    office = schema.office_code()
    filed_on = schema.day()


FilingView = view_of(Filing)


class BaselineBody(Strict):
    """Fix the list of cases a rate is measured against, as of a day (A-06)."""

    programme = named("programme")
    baseline = named("baseline")
    frozen_on = schema.day()


BaselineSummary = view_of(
    FrozenList,
    "BaselineSummary",
    programme=named("programme", shown=True),
    title=fields.String(required=True),
    source=fields.String(required=True),
)


class BaselineCaseView(Schema):
    """A case of a frozen list."""

    number = fields.String(required=True)
