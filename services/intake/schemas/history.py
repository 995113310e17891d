"""
Corrections and withdrawals: what a request gives, and how history is shown.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.intake.domain.corrections.corrections import (
    Correction,
    WithdrawalCause,
)
from services.intake.schemas import Petitioner, PetitionerChanges, PetitionView
from shared.records.views import view_of
from shared.vocabulary import Appellant, Category, DeliveryOutcome, ReplyKind, ReplyMode
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Account, Labels
from shared.web.schema.fields import Strict


class PetitionChanges(Strict):
    """
    What of a petition was registered wrongly, as it should be. What is left out stays,
    also of the petitioner; a visit that becomes a group visit names how many persons
    represent it. *handler_post*: a post of the office that registered it.
    """

    channel = schema.text(longest=60, required=False)
    received_on = schema.day(required=False)
    petitioner = schema.nested(PetitionerChanges, required=False, allow_none=True)
    category = schema.one_of(Category, required=False)
    case_kind = schema.text(longest=60, required=False)
    origin = schema.text(longest=60, required=False)
    topic = schema.text(longest=60, required=False)
    registration_level = schema.text(longest=60, required=False)
    persons = schema.count(least=1, most=99_999, required=False)
    representatives = schema.count(least=1, most=99_999, required=False)
    demand = schema.text(longest=1000, required=False)
    original_case_no = schema.text(longest=200, required=False)
    members = schema.many(schema.nested(Petitioner), most=50, required=False)
    handler_post = schema.post(required=False, allow_none=True)
    non_prosecution_office = schema.office_code(allow_none=True)
    non_prosecution_served_on = schema.day(required=False, allow_none=True)
    appellant = schema.one_of(Appellant, required=False, allow_none=True)
    appealed_on = schema.day(required=False, allow_none=True)
    accused_office = schema.office_code(allow_none=True)


class PetitionCorrection(Strict):
    """What is corrected of a petition, and why."""

    changes = schema.nested(PetitionChanges)
    reason = schema.text(longest=500)
    corrected_on = schema.day(required=False)


class DifferingColumn(Schema):
    """A column of a case that says something else than its petition."""

    name = fields.String(required=True)
    title = fields.String(required=True)


class CorrectedPetitionView(PetitionView):  # type: ignore[misc, valid-type]
    """
    A corrected petition; *differing_columns*: what of the correction its case does not
    follow, because it said something else there or was closed or merged.
    """

    differing_columns = schema.many(schema.nested(DifferingColumn), most=40)


class WithdrawalBody(Strict):
    """
    Why a petition or a case should never have been registered; *same_as*: the one that
    stays, if it was registered twice.
    """

    cause = schema.one_of(WithdrawalCause)
    same_as = schema.number_text(required=False)
    reason = schema.text(longest=500)
    withdrawn_on = schema.day(required=False)


class RestorationBody(Strict):
    """Why a petition that was withdrawn is one after all."""

    reason = schema.text(longest=500)
    restored_on = schema.day(required=False)


class ReinstatementBody(Strict):
    """
    Why a case that was withdrawn is one after all, and the post of the office's leader
    who approved it.
    """

    reason = schema.text(longest=500)
    approver_post = schema.post()
    reinstated_on = schema.day(required=False)


class ReplyCorrection(Strict):
    """What of a reply was recorded wrongly, and why; what is left out stays."""

    replied_on = schema.day(required=False)
    kind = schema.one_of(ReplyKind, required=False)
    mode = schema.one_of(ReplyMode, required=False)
    served = schema.one_of(DeliveryOutcome, required=False, allow_none=True)
    document = schema.text(longest=80, required=False, allow_none=True)
    outcome = schema.text(longest=200, required=False, allow_none=True)
    summary = schema.text(longest=2000, required=False)
    document_ids = schema.many(schema.text(longest=40), most=50, required=False)
    reason = schema.text(longest=500)


class ReplyWithdrawal(Strict):
    """Why a reply should never have been recorded."""

    reason = schema.text(longest=500)


class CaseCorrection(Strict):
    """
    The columns of a ledger row that are corrected, by id or title, as the office would
    write them into the ledger; "" empties a cell.
    """

    changes = fields.Dict(
        keys=schema.text(longest=100),
        values=fields.String(),
        required=True,
    )
    reason = schema.text(longest=500)
    corrected_on = schema.day(required=False)


class ChangedField(Schema):
    """A field that was changed; the values of what is personal are not shown."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    before = fields.Raw(
        required=True, allow_none=True, metadata={"description": "改动之前的内容"}
    )
    after = fields.Raw(
        required=True, allow_none=True, metadata={"description": "改动之后的内容"}
    )
    labels = Labels()


CorrectionView = view_of(
    Correction,
    # What it was split into may be kept from who reads it.
    without=("position", "proposed", "fields", "before", "after", "split_into"),
    actor=Account(required=True),
    kind_title=fields.String(required=True),
    fields_changed=fields.List(
        fields.Nested(ChangedField), required=True, data_key="fields"
    ),
)


class HistoryView(Schema):
    """All that was done to a petition or case after it was registered."""

    number = fields.String(required=True)
    corrections = fields.List(fields.Nested(CorrectionView), required=True)
