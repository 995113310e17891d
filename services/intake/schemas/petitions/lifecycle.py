"""
The steps of a petition and the delivery of their papers over HTTP.
"""

from __future__ import annotations

from marshmallow import fields

from services.intake.domain.petitions.deliveries import Delivery
from services.intake.domain.petitions.reviews import ReviewWindow
from services.intake.domain.petitions.steps import Step
from shared.records.views import view_of
from shared.vocabulary import (
    DeliveryOutcome,
    PetitionState,
    PetitionStep,
    ReplyKind,
    ReplyMode,
)
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Labels
from shared.web.schema.fields import Strict
from shared.web.schema.named import named


class StepBody(Strict):
    """
    A step of a petition. Which fields it has to state depends on the step; what it
    lacks, and what belongs to another step, is said all at once.
    """

    step = schema.one_of(PetitionStep)
    on = schema.day()
    document = schema.text(longest=80, required=False)
    reason = named("refusal", required=False)
    to_office = schema.office_code()
    organ = schema.text(longest=100, required=False)
    report_by = schema.day(required=False)
    same_as = schema.number_text(required=False)
    materials = schema.many(schema.text(longest=200), most=30, required=False)
    text = schema.text(longest=2000, required=False)
    verdict = named("verdict", required=False)
    document_ids = schema.document_ids()


StepView = view_of(
    Step,
    without=("petition", "kind", "replaces"),
    step=schema.one_of(PetitionStep, attribute="kind"),
    reason=named("refusal", shown=True, allow_none=True),
    verdict=named("verdict", shown=True, allow_none=True),
)


class TakenStepView(StepView):  # type: ignore[misc, valid-type]
    """
    A step as it was taken. *undecided_candidates*: what an accepted petition very
    likely repeats, while nobody has decided on that (S2).
    """

    undecided_candidates = schema.many(schema.number_text(), most=100)


class StepCorrection(Strict):
    """The step as it should have been recorded, and why."""

    right = schema.nested(StepBody)
    reason = schema.text(longest=500)


class StepWithdrawal(Strict):
    """Why a step should never have been recorded."""

    reason = schema.text(longest=500)


class DeliveryBody(Strict):
    """
    An attempt to bring the paper of a *step* to the petitioner, or to give a *reply* of
    a kind: one of the two.
    """

    step = schema.text(longest=60, required=False)
    reply = schema.one_of(ReplyKind, required=False)
    on = schema.day()
    mode = schema.one_of(ReplyMode)
    outcome = schema.one_of(DeliveryOutcome)
    note = schema.text(longest=500, required=False)


class RightDelivery(Strict):
    """How the paper of the same step really reached the petitioner."""

    on = schema.day()
    mode = schema.one_of(ReplyMode)
    outcome = schema.one_of(DeliveryOutcome)
    note = schema.text(longest=500, required=False)


class DeliveryCorrection(Strict):
    """The delivery as it should have been recorded, and why."""

    right = schema.nested(RightDelivery)
    reason = schema.text(longest=500)


class DeliveryWithdrawal(Strict):
    """Why the delivery, or the attempt to reply, should not have been recorded."""

    reason = schema.text(longest=500)


DeliveryView = view_of(Delivery, without=("petition", "note"))


ReviewView = view_of(ReviewWindow, "ReviewWindow")


class LifeCycleView(Strict):
    """
    The state of a petition, the steps that led there, the deliveries of papers, and the
    *review* that may be asked for, if one may.
    """

    number = fields.String(required=True)
    state = schema.one_of(PetitionState)
    steps = schema.many(schema.nested(StepView), most=1000)
    deliveries = schema.many(schema.nested(DeliveryView), most=1000)
    review = schema.nested(ReviewView, allow_none=True)
    labels = Labels()


class ReceiptBody(Strict):
    """
    From when the receiving office has what was passed on to it, and in which of its
    programmes; in the one by which it works, if none is named.
    """

    received_on = schema.day()
    programme = named("programme", required=False)
    handler_post = schema.post(required=False)
