"""
A row that is pushed again corrects its case, or is another case.
"""

from __future__ import annotations

import pytest

from services.intake.domain.corrections.case_corrections import faults_of_person

NAMED = {"petitioner_name": "甄一", "id_no": "99999919700304123x"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NAMED, NAMED),
        (NAMED, {**NAMED, "id_no": "99999919700304123X"}),
        (NAMED, {**NAMED, "petitioner_name": "甄一（曾用名）"}),  # the number says who
        (NAMED, {"petitioner_name": "甄一"}),
        (NAMED, {"petitioner_name": ""}),
        ({}, NAMED),
    ],
)
def test_a_row_of_the_same_person_or_of_none_is_a_correction(before, after):
    assert [*faults_of_person(before, after)] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NAMED, {**NAMED, "id_no": "999999197003041211"}),
        (NAMED, {"petitioner_name": "甄二"}),
        ({"petitioner_name": "甄一"}, {**NAMED, "petitioner_name": "甄二"}),
    ],
)
def test_a_row_of_another_person_is_another_case(before, after):
    (fault,) = faults_of_person(before, after)

    assert fault.code == "another_person"
