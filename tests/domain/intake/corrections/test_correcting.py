"""
Petitions that were registered wrongly.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.intake.domain.corrections.correcting import (
    no_longer_received,
    restore_petition,
    withdraw_petition,
)
from shared.errors import Rejected
from tests.builders import CITY, COUNTY, codes
from tests.builders.lifecycle import PETITION, TODAY, after


def withdrawn(petition):
    return withdraw_petition(
        petition,
        on=TODAY,
        today=TODAY,
        cause="registered_by_mistake",
        same_as=None,
        replies=[],
    )


def test_what_another_office_received_is_not_withdrawn_by_the_one_that_has_it():
    with pytest.raises(Rejected) as refused:
        withdrawn(replace(PETITION, office=COUNTY))

    assert codes(refused) == ["received_elsewhere"]
    assert withdrawn(PETITION)[1].office == PETITION.office


PASSED = replace(
    after("handed_down"), number=f"{CITY}-2020-0000005", received_as=PETITION.number
)
RECEIVED = replace(
    PETITION, number=f"{COUNTY}-2020-0000001", office=COUNTY, passed_from=PASSED.number
)


def test_what_was_passed_on_waits_again_once_its_registration_is_withdrawn():
    passed = replace(PASSED, received_as=RECEIVED.number)

    assert no_longer_received(passed, RECEIVED) == replace(passed, received_as=None)
    assert no_longer_received(PASSED, RECEIVED) == PASSED


@pytest.mark.parametrize(
    ("change", "refusals"),
    [
        ({"received_as": None}, []),
        ({"received_as": RECEIVED.number}, []),
        ({"received_as": f"{COUNTY}-2020-0000002"}, ["passed_on_otherwise"]),
        ({"to_office": None, "received_as": None}, ["passed_on_otherwise"]),
    ],
)
def test_what_was_passed_on_is_not_registered_twice_by_a_restoration(change, refusals):
    withdrawn = replace(RECEIVED, withdrawn_on=TODAY)
    passed = replace(PASSED, **change)
    try:
        restore_petition(withdrawn, on=TODAY, today=TODAY, replies=[], passed=passed)
        found = []
    except Rejected as refused:
        found = [problem.code for problem in refused.problems]

    assert found == refusals
