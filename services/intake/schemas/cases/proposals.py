"""
What a petition becomes as a case, and what a person states of it.
"""

from __future__ import annotations

from marshmallow import Schema, fields

from services.intake.domain.cases.proposals import Proposal
from shared.records.views import view_of
from shared.vocabulary import Difficulty, Track
from shared.web.schema import fields as schema
from shared.web.schema.fields import Strict
from shared.web.schema.named import named

ProposalView = view_of(Proposal, track=schema.one_of(Track))


class ProposalsView(Schema):
    """What the programmes of a petition say of it."""

    number = fields.String(required=True)
    proposals = schema.many(schema.nested(ProposalView), most=20)


class OpinionBody(Strict):
    """An opinion that an organ has given in the matter before (PY-08 .. PY-10)."""

    organ = schema.text(longest=60)
    final = schema.flag()
    issued_on = schema.day(required=False)
    document = schema.text(longest=80, required=False)


class CaseOfPetition(Strict):
    """
    What a person states of the case that a petition becomes; the rest follows from its
    registration and from the petitions of its matter. *origin* is a word of the
    programme. *programme*: its own, unless it is to stand in a further one at once;
    then *origin*, *scope_class* and *prior_opinions* are what that one goes by.
    """

    opened_on = schema.day()
    programme = named("programme", required=False)
    origin = schema.text(longest=60, required=False)
    difficulty = schema.one_of(Difficulty, required=False)
    scope_class = schema.count(least=1, most=4, required=False)
    prior_opinions = schema.many(schema.nested(OpinionBody), most=20, required=False)
    batch_ref = schema.text(longest=80, required=False)
    resolve_by = schema.day(required=False)
    upper_leader_post = schema.post(required=False)
    leader_post = schema.post(required=False)
    department = schema.text(longest=60, required=False)
    handler_post = schema.post(required=False)
    team = schema.text(longest=60, required=False)
    cross_separate = schema.flag(required=False)
    long_span = schema.flag(required=False)
    many_people = schema.flag(required=False)
    policy_heavy = schema.flag(required=False)
