"""
Keys are known by what they sealed: another key is not taken for the one of the data.
"""

from __future__ import annotations

import pytest

from services.intake.store import TABLES
from shared.storage.key_checks import key_faults

TABLE = TABLES["key_checks"]
OLD, NEW, OTHER = bytes(32), bytes([1] * 32), bytes([2] * 32)
PERSON = b"a key for persons"


@pytest.fixture
def faults(migrated):
    """
    What is wrong with keys where `k1` and the key for persons were used before.
    """
    engine = migrated.engine("intake")
    with engine.connect() as session:

        def found(field_keys, person_key=PERSON):
            return key_faults(session, TABLE, field_keys, person_key)

        assert found({"k1": OLD}) == []
        yield found
    engine.dispose()


@pytest.mark.parametrize("keys", [{"k1": OLD}, {"k2": NEW, "k1": OLD}, None])
def test_the_keys_of_the_data_and_newer_ones_are_good(faults, keys):
    assert faults(keys) == []
    assert faults(keys) == []


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ({"k1": OTHER}, "FIELD_KEYS: k1 is not the key of this data"),
        ({"k2": NEW}, "FIELD_KEYS lacks the key k1, with which data is sealed"),
    ],
)
def test_another_key_or_none_is_named(faults, keys, fault):
    assert faults(keys) == [fault]


def test_a_key_is_missed_once_it_was_used(faults):
    faults({"k2": NEW, "k1": OLD})

    assert faults({"k1": OLD}) == [
        "FIELD_KEYS lacks the key k2, with which data is sealed"
    ]


def test_another_key_for_persons_is_named(faults):
    assert faults({"k1": OLD}, OTHER) == ["PERSON_KEY is not the key of this data"]
