"""
What is read of what is sealed.
"""

from __future__ import annotations

from marshmallow import fields

from services.intake.domain.petitions.petitions import Reply
from services.intake.schemas import Petitioner
from shared.records.openings import Opening
from shared.records.views import view_of
from shared.service.read_log import OpeningBody
from shared.web.schema import fields as schema
from shared.web.schema.field_kinds import Labels
from shared.web.schema.named import named


class LedgerOpeningBody(OpeningBody):
    """The programme of the ledger, and what it is needed for."""

    programme = named("programme")


class OpenedPetitioner(Petitioner):
    """Who petitions, opened for a purpose."""

    labels = Labels()


OpenedPetition = view_of(
    Opening,
    "OpenedPetition",
    without=("token",),
    petitioner=schema.nested(OpenedPetitioner, allow_none=True),
    members=fields.List(fields.Nested(OpenedPetitioner), required=True),
    demand=fields.String(required=True),
    original_case_no=fields.String(required=True, allow_none=True),
    replies=fields.List(fields.Nested(view_of(Reply, "OpenedReply")), required=True),
)

OpenedCase = view_of(
    Opening,
    "OpenedCase",
    without=("token",),
    row=fields.Dict(required=True),
)
