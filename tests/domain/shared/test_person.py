"""
Identity numbers, and the keyed hash that counts a person, the same in every service.
"""

from __future__ import annotations

from datetime import date

import pytest

from services.aid.endpoints.applications import person_of as person_of_aid
from services.intake.store.petitions.personal import person_of as person_of_intake
from shared.person import identity_number_fault, person_hash, person_hash_by_name
from shared.settings import settings

KEY, OTHER = b"k" * 32, b"j" * 32
NUMBER = "999999197808240059"


@pytest.mark.parametrize(
    ("number", "holds"),
    [
        (NUMBER, True),
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("999999197808240058", False),  # check digit
        ("110105194913310025", False),  # no thirteenth month
        ("1101051949123100", False),
        ("１１０１０５１９４９１２３１００２X", False),
        ("", False),
    ],
)
def test_an_identity_number_holds_by_date_and_check_digit(number, holds):
    assert (not identity_number_fault(number)) is holds


def test_nobody_was_born_after_today():
    assert identity_number_fault(NUMBER, date(1978, 8, 24)) == ""
    assert identity_number_fault(NUMBER, date(1978, 8, 23)) == "date"


@pytest.mark.parametrize(
    "written",
    ["11010519491231002x", " １１０１０５19491231002X "],
)
def test_a_person_has_one_hash_however_the_number_is_typed(written):
    hashed = person_hash(KEY, "11010519491231002X")

    assert person_hash(KEY, written) == hashed
    assert person_hash(OTHER, written) != hashed
    assert "1101051949" not in hashed


def test_intake_and_aid_count_one_person_by_one_hash(monkeypatch):
    monkeypatch.setitem(vars(settings), "person_key", KEY)

    assert person_of_intake(NUMBER, "张三") == person_of_aid("张三", NUMBER, "1号").hash


def test_a_name_is_not_taken_for_a_number():
    assert person_hash_by_name(KEY, NUMBER) != person_hash(KEY, NUMBER)
