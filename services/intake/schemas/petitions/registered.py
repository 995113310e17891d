"""
A petition as its registration answers it, with what a person has to decide at once.
"""

from __future__ import annotations

from marshmallow import fields

from services.intake.schemas.cases.matching import CandidateView
from services.intake.schemas.cases.proposals import ProposalView
from services.intake.schemas.petitions.routing import RoutedPetitionView
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict


class RegistrationQuery(Strict):
    """
    Whether the answer names candidates and proposals; who registers in bulk leaves
    them out and asks for them later.
    """

    proposals = schema.choice_flag(load_default=True)


class RegisteredView(RoutedPetitionView):
    """
    A petition as it was registered, with the code of the petitioner's enquiries; what
    the programme says of it; and the petitions and cases that may be the same matter,
    of which *elsewhere* are at offices that the caller does not see.
    """

    enquiry_code = fields.String(required=True)
    proposals = schema.many(
        schema.nested(ProposalView),
        most=20,
        metadata={"description": "专项对这件信访的判断，由人确认"},
    )
    candidates = schema.many(
        schema.nested(CandidateView),
        most=200,
        metadata={"description": "可能是同一事项的信访件和案件，最像的在前"},
    )
    elsewhere = fields.Integer(required=True)
