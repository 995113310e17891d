"""
Petitions that were registered wrongly.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.intake.domain.corrections.correcting import withdraw_petition
from shared.errors import Rejected
from tests.builders import COUNTY, codes
from tests.builders.lifecycle import PETITION, TODAY


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
