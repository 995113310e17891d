"""
Petitioners' data at rest: encrypted, bound to its context, and a keyed hash.
"""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from shared.storage.encryption import FieldCipher, keyed_hash

OLD, NEW = b"o" * 32, b"n" * 32
CONTEXT = "petitions/name/1"


def test_what_is_encrypted_decrypts_in_its_context_only():
    cipher = FieldCipher({"k1": NEW})
    encrypted = cipher.encrypt("张三", context=CONTEXT)

    assert "张三" not in encrypted
    assert cipher.decrypt(encrypted, context=CONTEXT) == "张三"
    with pytest.raises(InvalidTag):
        cipher.decrypt(encrypted, context="petitions/name/2")


def test_the_same_text_is_encrypted_differently_each_time():
    cipher = FieldCipher({"k1": NEW})

    assert cipher.encrypt("张三", context=CONTEXT) != cipher.encrypt(
        "张三", context=CONTEXT
    )


def test_after_a_change_of_keys_old_texts_open_and_new_ones_use_the_new_key():
    encrypted = FieldCipher({"k0": OLD}).encrypt("张三", context=CONTEXT)
    both = FieldCipher({"k1": NEW, "k0": OLD})

    assert both.decrypt(encrypted, context=CONTEXT) == "张三"
    assert both.encrypt("张三", context=CONTEXT).startswith("k1:")


@pytest.mark.parametrize("at", [3, 10, 40, -1])
def test_a_changed_text_does_not_open(at):
    cipher = FieldCipher({"k1": NEW})
    encrypted = cipher.encrypt("张三住濮阳县城关镇", context=CONTEXT)
    flipped = "0" if encrypted[at] != "0" else "1"
    changed = encrypted[:at] + flipped + encrypted[at + 1 or len(encrypted) :]

    with pytest.raises(InvalidTag):
        cipher.decrypt(changed, context=CONTEXT)


def test_another_key_of_the_same_name_does_not_open_it():
    encrypted = FieldCipher({"k1": OLD}).encrypt("张三", context=CONTEXT)

    with pytest.raises(InvalidTag):
        FieldCipher({"k1": NEW}).decrypt(encrypted, context=CONTEXT)


@pytest.mark.parametrize(
    "written", [("张三", "41092219700101123x"), (" 张三 ", "４1092219700101123X")]
)
def test_the_same_person_has_one_hash_however_it_was_typed(written):
    usual = keyed_hash(NEW, "张三", "41092219700101123X")

    assert keyed_hash(NEW, *written) == usual


def test_hashes_differ_by_key_by_part_and_by_where_a_part_ends():
    found = {
        keyed_hash(NEW, "张三", "1"),
        keyed_hash(OLD, "张三", "1"),
        keyed_hash(NEW, "张三", "2"),
        keyed_hash(NEW, "张三1"),
    }

    assert len(found) == 4
    assert all("张三" not in each and len(each) == 32 for each in found)
