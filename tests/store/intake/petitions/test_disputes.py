"""
Who decides a dispute on a petition acts on what is disputed, or was, and on nothing
else.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from uuid import uuid4

import pytest

from services.intake.domain.petitions.steps import Step
from services.intake.endpoints.lookup import conference_over
from services.intake.endpoints.petitions.lifecycle import acted_on
from services.intake.store import NewPetitions, Petitions, Steps
from shared.errors import NotFound
from shared.vocabulary import PetitionState, PetitionStep
from tests.builders import COUNTY, a_registration
from tests.store.registering import TODAY


@pytest.mark.requirement("S8")
@pytest.mark.parametrize(
    "kind", [PetitionStep.DISPUTE_UPHELD, PetitionStep.DISPUTE_RETURNED]
)
def test_the_conference_acts_on_what_is_or_was_disputed_only(session, kind):
    body = a_registration(TODAY)
    registered = NewPetitions(session).register(
        body, office=COUNTY, programme="puyang-2020"
    )
    petition = registered.petition
    call = SimpleNamespace(
        session=session, path={"number": petition.number}, today=TODAY
    )
    conference = conference_over(call, petition)
    call.may_see = lambda office: office == conference
    call.who = SimpleNamespace(office=conference)

    with pytest.raises(NotFound):
        acted_on(call, kind)

    disputed = PetitionState.DISPUTED
    Petitions(session).update(replace(petition, state=disputed))
    raised = Step(
        id=str(uuid4()),
        petition=petition.number,
        kind=PetitionStep.DISPUTE_RAISED,
        on=TODAY,
        state=disputed,
    )
    Steps(session).insert(raised)

    assert acted_on(call, kind).state is disputed
