"""
What a person states of a case for a further programme, and what that says of it.
"""

from __future__ import annotations

from services.intake.schemas.cases.proposals import OpinionBody
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict
from shared.web.schema.named import named


class EnrolmentBody(Strict):
    """
    The further programme in which a case is to stand, from when on and why; and what
    its ledger row does not say in the terms of that programme. *repeats*: how many
    petitions of the matter that programme counts as repeats.
    """

    programme = named("programme")
    on = schema.day()
    reason = schema.text(longest=500)
    origin = schema.text(longest=60, required=False)
    topic = schema.text(longest=60, required=False)
    registration_level = schema.text(longest=60, required=False)
    scope_class = schema.count(least=1, most=4, required=False)
    repeats = schema.count(least=0, most=999, required=False)
    prior_opinions = schema.many(schema.nested(OpinionBody), most=20, required=False)


class EnrolmentWithdrawalBody(Strict):
    """From when a case stands in a further programme no more, and why."""

    withdrawn_on = schema.day()
    reason = schema.text(longest=500)
