"""
A row that is pushed again corrects its case, or is another case.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.intake.casework.forms import corrected_values
from services.intake.domain.corrections.case_corrections import faults_of_person
from shared.errors import Rejected

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


TODAY = date(2022, 11, 20)
COUNTED = {
    "reporting_office": "410922",
    "reported_on": "2022-11-15",
    "case_no": "410922-2022-0000005",
    "case_kind": "complaint",
    "first_petition_on": "2022-11-14",
    "last_petition_on": "2022-11-14",
    "accepted_on": "2022-11-15",
}


def corrected(before, **changes):
    return corrected_values("annex2", before, changes, today=TODAY)


def test_a_case_of_a_petition_that_was_accepted_later_is_corrected():
    after = corrected(COUNTED, main_demand="请求答复。")

    assert after == COUNTED | {"main_demand": "请求答复。"}


def test_who_corrects_one_cell_need_not_mend_what_contradicted_before():
    wrong = COUNTED | {"first_petition_on": "2022-11-16"}

    assert corrected(wrong, main_demand="请求答复。")["main_demand"] == "请求答复。"
    for changes in ({"accepted_on": "2022-11-10"}, {"first_petition_on": "2022-11-17"}):
        with pytest.raises(Rejected, match="dates_contradict"):
            corrected(wrong, **changes)
