"""
A petition that is split into an accusation and a claim, over HTTP.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.intake.schemas import PetitionView
from shared.vocabulary import Category
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict


class PartBody(Strict):
    """One of the two matters that came in one letter, in words of the programme."""

    category = schema.one_of(Category)
    case_kind = schema.text(longest=60)
    topic = schema.text(longest=60, required=False)
    accused_office = schema.office_code()
    demand = schema.text(longest=1000)


class SplitBody(Strict):
    """
    What becomes a petition of its own, what remains of this one, and why. One of the
    two is an accusation.
    """

    split_on = schema.day()
    part = schema.nested(PartBody)
    remaining = schema.nested(PartBody)
    reason = schema.text(longest=500)


class SplitOffView(PetitionView):  # type: ignore[misc, valid-type]
    """The petition that was split off, with the code of the petitioner's enquiries."""

    enquiry_code = fields.String(required=True)


class SplitView(Schema):
    """The two petitions that one has become."""

    remaining = schema.nested(PetitionView)
    part = schema.nested(SplitOffView)
