"""
Petitioners' data at rest: sealed, bound to its place, found again only by a keyed hash.
"""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from shared.storage.encryption import Sealer, fingerprint

OLD, NEW = b"o" * 32, b"n" * 32
PLACE = "petitions/name/1"


def test_what_is_sealed_can_be_opened_in_its_place_only():
    sealer = Sealer({"k1": NEW})
    sealed = sealer.seal("张三", place=PLACE)

    assert "张三" not in sealed
    assert sealer.open(sealed, place=PLACE) == "张三"
    with pytest.raises(InvalidTag):
        sealer.open(sealed, place="petitions/name/2")


def test_the_same_text_is_sealed_differently_each_time():
    sealer = Sealer({"k1": NEW})

    assert sealer.seal("张三", place=PLACE) != sealer.seal("张三", place=PLACE)


def test_after_a_change_of_keys_old_seals_open_and_new_ones_use_the_new_key():
    sealed = Sealer({"k0": OLD}).seal("张三", place=PLACE)
    both = Sealer({"k1": NEW, "k0": OLD})

    assert both.open(sealed, place=PLACE) == "张三"
    assert both.seal("张三", place=PLACE).startswith("k1:")


@pytest.mark.parametrize("at", [3, 10, 40, -1])
def test_a_changed_seal_does_not_open(at):
    sealer = Sealer({"k1": NEW})
    sealed = sealer.seal("张三住濮阳县城关镇", place=PLACE)
    flipped = "0" if sealed[at] != "0" else "1"
    changed = sealed[:at] + flipped + sealed[at + 1 or len(sealed) :]

    with pytest.raises(InvalidTag):
        sealer.open(changed, place=PLACE)


def test_another_key_of_the_same_name_does_not_open_it():
    sealed = Sealer({"k1": OLD}).seal("张三", place=PLACE)

    with pytest.raises(InvalidTag):
        Sealer({"k1": NEW}).open(sealed, place=PLACE)


@pytest.mark.parametrize(
    "written", [("张三", "41092219700101123x"), (" 张三 ", "４1092219700101123X")]
)
def test_the_same_person_has_one_fingerprint_however_it_was_typed(written):
    usual = fingerprint(NEW, "张三", "41092219700101123X")

    assert fingerprint(NEW, *written) == usual


def test_fingerprints_differ_by_key_by_part_and_by_where_a_part_ends():
    found = {
        fingerprint(NEW, "张三", "1"),
        fingerprint(OLD, "张三", "1"),
        fingerprint(NEW, "张三", "2"),
        fingerprint(NEW, "张三1"),
    }

    assert len(found) == 4
    assert all("张三" not in each and len(each) == 32 for each in found)
