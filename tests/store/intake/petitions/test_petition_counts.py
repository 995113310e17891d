"""
What counts as a matter and as a case among the petitions that came in.
"""

from __future__ import annotations

from datetime import date

from services.intake.casework.proposals import open_case_of
from services.intake.endpoints.corrections.history import withdraw_registered_case
from services.intake.endpoints.corrections.withdrawals import (
    withdraw_registered_petition,
)
from services.intake.store import NewPetitions
from services.intake.store.petitions.petition_counts import petition_counts
from tests.builders import COUNTY, a_registration, new_number
from tests.service.asking import PROGRAMME
from tests.store.test_lock_order import MISTAKE, TODAY, ask

DAY = date(2020, 2, 3)
WHO = {"name": "甄计数", "id_no": "999999194605021872"}


def registered(session, **more):
    body = a_registration(DAY) | {"petitioner": WHO} | more
    found = NewPetitions(session).register(body, office=COUNTY, programme=PROGRAMME)
    return found.petition


def counted(session):
    (every,) = petition_counts(session, PROGRAMME, [COUNTY], (DAY, DAY))
    return every.petitions, every.matters, every.cases


def test_a_matter_counts_once_also_if_its_first_petition_was_withdrawn(session):
    original = {"original_case_no": new_number()}
    first = registered(session, **original)
    registered(session, persons=2, **original)
    ask(session, withdraw_registered_petition, first.number, **MISTAKE)
    registered(session, persons=3, **original)

    assert counted(session) == (2, 1, 0)


def test_a_case_that_was_registered_by_mistake_does_not_count(session):
    one, other = (registered(session, persons=many) for many in (1, 2))
    for each in (one, other):
        open_case_of(session, each, DAY, {}, TODAY)
    both = counted(session)
    ask(session, withdraw_registered_case, other.number, **MISTAKE)

    assert (both, counted(session)) == ((2, 2, 2), (2, 2, 1))
