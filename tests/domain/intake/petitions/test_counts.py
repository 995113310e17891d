"""
Petitions counted over a period, beside the year before.
"""

from __future__ import annotations

import pytest

from services.intake.domain.petitions.counts import (
    PetitionCount,
    by_value,
    change,
    changes,
    together,
)
from shared.policy.current import current_policy
from shared.vocabulary import PetitionsCountedBy

COUNTS = [
    PetitionCount("visit", 5, 2),
    PetitionCount("letter", 2),
    PetitionCount("old_word", 1, 1),
]


@pytest.mark.requirement("MX-05", "I-14")
def test_every_channel_of_the_programme_has_a_line_and_its_share():
    programme = current_policy().programmes.get("meixian")
    lines = by_value(COUNTS, PetitionsCountedBy.CHANNEL, programme)
    shown = {each["title"]: (each["petitions"], each["share"]) for each in lines}

    assert shown["来访"] == (5, "62.5")
    assert shown["来信"] == (2, "25.0")
    assert shown["12309来电"] == (0, "0.0")
    assert shown["old_word"] == (1, "12.5")
    assert list(shown)[-1] == "old_word"


@pytest.mark.requirement("I-09", "I-48")
def test_the_rate_of_repeats_is_of_all_contacts_and_of_nothing_there_is_none():
    whole, nothing = together(COUNTS), together([])

    assert whole == {"petitions": 8, "repeats": 3, "repeat_rate": "37.5%"}
    assert nothing == {"petitions": 0, "repeats": 0, "repeat_rate": "—"}
    assert changes(whole, {"petitions": 10, "repeats": 2}) == {
        "petitions_change": "-20.0%",
        "repeats_change": "+50.0%",
    }
    assert (change(3, 0), change(4, 4)) == ("—", "+0.0%")
