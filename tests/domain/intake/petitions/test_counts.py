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
    titles_by,
    with_rate,
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
    lines = by_value(COUNTS, titles_by(PetitionsCountedBy.CHANNEL, programme, {}))
    shown = {each["title"]: (each["petitions"], each["share"]) for each in lines}

    assert shown["来访"] == (5, "62.5")
    assert shown["来信"] == (2, "25.0")
    assert shown["12309来电"] == (0, "0.0")
    assert shown["old_word"] == (1, "12.5")
    assert list(shown)[-1] == "old_word"


@pytest.mark.requirement("I-09", "I-48")
def test_the_rate_of_repeats_is_of_all_contacts_and_of_nothing_there_is_none():
    whole = with_rate(PetitionCount(None, 8, 3, matters=5, batches=4, persons=9))
    nothing = with_rate(PetitionCount(None))
    before = with_rate(PetitionCount(None, 10, 2, matters=4, cases=1, persons=12))

    assert (whole["petitions"], whole["repeats"]) == (8, 3)
    assert whole["repeat_rate"] == "37.5%"
    assert nothing["repeat_rate"] == "—"
    assert changes(whole, before) == {
        "petitions_change": "-20.0%",
        "repeats_change": "+50.0%",
        "matters_change": "+25.0%",
        "cases_change": "-100.0%",
        "batches_change": "—",
        "persons_change": "-25.0%",
    }
    assert (change(3, 0), change(4, 4)) == ("—", "+0.0%")
