"""
Of the petitions of a matter the earliest is the first one, and the others repeat it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.intake.domain.petitions.matters import as_first, in_order
from tests.builders import CITY, COUNTY
from tests.domain.intake.petitions.test_deliveries import PETITION

FIRST = replace(
    PETITION,
    number=f"{CITY}-2020-1",
    received_on=date(2020, 3, 2),
    first_office=CITY,
    first_post="检察长",
)
AGAIN = replace(
    PETITION,
    number=f"{COUNTY}-2020-2",
    received_on=date(2020, 3, 9),
    first_office=COUNTY,
    handler_post="检察官",
)
REPEAT = replace(AGAIN, repeat_of=FIRST.number, first_office=CITY, first_post="检察长")


def arranged(*known):
    above = lambda petition: (petition.office, CITY)  # noqa: E731
    return [after for _, after in in_order(known, above)]


def test_a_petition_repeats_the_earlier_one_and_who_handled_that():
    assert arranged(FIRST, AGAIN) == [REPEAT]
    assert arranged(FIRST, REPEAT) == []


@pytest.mark.requirement("PY-46", "DY-10")
def test_a_repeat_takes_over_who_handled_the_first_one_as_that_stands_now():
    third = replace(REPEAT, number=f"{COUNTY}-2020-3", received_on=date(2020, 3, 10))
    first, repeat = arranged(REPEAT, third)

    assert (first.first_office, first.first_post) == (COUNTY, "检察官")
    assert repeat == replace(
        third, repeat_of=AGAIN.number, first_office=COUNTY, first_post="检察官"
    )


@pytest.mark.requirement("S3")
def test_whom_a_petition_accuses_counts_it_still_if_it_registered_it():
    accusing = replace(FIRST, accused_office=CITY)
    kept = replace(accusing, number=f"{COUNTY}-2020-1")

    assert arranged(accusing, AGAIN) == [REPEAT]
    assert arranged(kept, AGAIN) == []


def test_a_petition_that_nothing_precedes_is_as_its_own_office_handles_it():
    alone = replace(AGAIN, first_post="检察官")

    assert arranged(REPEAT) == [alone]
    assert as_first(REPEAT) == alone


@pytest.mark.parametrize(
    "changes",
    [{"matter_decided_on": date(2020, 3, 16)}, {"passed_from": FIRST.number}],
)
def test_what_a_person_decided_or_an_office_passed_on_stays(changes):
    assert arranged(FIRST, replace(AGAIN, **changes)) == []


def test_a_petition_repeats_none_that_repeats_it_by_decision_or_was_passed_on():
    decided = replace(
        FIRST, repeat_of=AGAIN.number, matter_decided_on=date(2020, 3, 16)
    )

    assert arranged(decided, AGAIN) == []
    assert arranged(replace(FIRST, passed_from=AGAIN.number), AGAIN) == []


def test_an_accusation_is_none_of_the_matter_for_whom_it_accuses():
    accusing = replace(FIRST, accused_office=COUNTY)

    assert arranged(accusing, replace(AGAIN, office=COUNTY)) == []
    # Accused only now: that it becomes a first one would show that it is.
    assert arranged(accusing, replace(REPEAT, office=COUNTY)) == []
