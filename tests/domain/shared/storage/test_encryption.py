"""
Petitioners' data at rest: encrypted, bound to its context, and a keyed hash.
"""

from __future__ import annotations

import zlib

import orjson
import pytest

from shared.storage.common_words import COMMON_WORDS
from shared.storage.encryption import CannotDecryptError, FieldCipher, keyed_hash

OLD, NEW = b"o" * 32, b"n" * 32
PLACE = ("intake.petitions", "encrypted", "1")


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("intake.petitions", "encrypted", "2"),
        ("intake.petitions", "content", "1"),
        ("intake.cases", "encrypted", "1"),
        ("intake.petitions", "encrypted", "1", "1"),
    ],
)
def test_what_is_encrypted_decrypts_in_its_table_column_and_row_only(elsewhere):
    cipher = FieldCipher({"k1": NEW})
    encrypted = cipher.encrypt("张三", PLACE)

    assert "张三" not in encrypted
    assert cipher.decrypt(encrypted, PLACE) == "张三"
    with pytest.raises(CannotDecryptError, match=" ".join(elsewhere)):
        cipher.decrypt(encrypted, elsewhere)


def test_a_text_takes_less_beside_the_names_that_most_texts_have():
    row = {"case_no": "清〔2020〕1号", "origin": "own_screening", "case_kind": "report"}
    row |= {"first_petition_on": "2018-11-22", "accepted_on": "2018-11-30"}
    text = orjson.dumps(row).decode()
    encrypted = FieldCipher({"k1": NEW}).encrypt(text, PLACE)

    assert len(encrypted) < 1.2 * len(text.encode())


@pytest.mark.parametrize("text", ["", "张三", "测" * 100_000])
def test_texts_of_any_length_open(text):
    cipher = FieldCipher({"k1": NEW})

    assert cipher.decrypt(cipher.encrypt(text, PLACE), PLACE) == text


def test_the_words_beside_which_texts_are_compressed_never_change():
    """
    Each text names them by this sum.
    """
    assert zlib.adler32(COMMON_WORDS) == 3137806119


def test_a_text_from_before_there_were_such_words_opens():
    written = "k1:9vK/inNfF48SRAfbKpD0KVwwxsdOBL1eZBEroCz3sGbqC5QJoxWzKH2H"

    assert FieldCipher({"k1": NEW}).decrypt(written, PLACE) == "张三"


def test_a_file_is_encrypted_as_bytes():
    cipher = FieldCipher({"k1": NEW})
    encrypted = cipher.encrypt_bytes(b"PK\x03\x04:" * 3, PLACE)

    assert b"PK" not in encrypted
    assert cipher.decrypt_bytes(encrypted, PLACE) == b"PK\x03\x04:" * 3


@pytest.mark.parametrize("written", ["", "k1", "k1:", "k1:0", "k1:zz", "zz:00", "张三"])
def test_what_was_never_encrypted_is_refused_by_name(written):
    with pytest.raises(CannotDecryptError, match=r"intake\.petitions encrypted 1"):
        FieldCipher({"k1": NEW}).decrypt(written, PLACE)


def test_a_key_that_is_no_longer_held_is_named():
    encrypted = FieldCipher({"k0": OLD}).encrypt("张三", PLACE)

    with pytest.raises(CannotDecryptError, match="no key 'k0' in FIELD_KEYS"):
        FieldCipher({"k1": NEW}).decrypt(encrypted, PLACE)


def test_the_same_text_is_encrypted_differently_each_time():
    cipher = FieldCipher({"k1": NEW})

    assert cipher.encrypt("张三", PLACE) != cipher.encrypt("张三", PLACE)


def test_after_a_change_of_keys_old_texts_open_and_new_ones_use_the_new_key():
    encrypted = FieldCipher({"k0": OLD}).encrypt("张三", PLACE)
    both = FieldCipher({"k1": NEW, "k0": OLD})

    assert both.decrypt(encrypted, PLACE) == "张三"
    assert both.encrypt("张三", PLACE).startswith("k1:")


@pytest.mark.parametrize("at", [3, 10, 40, -1])
def test_a_changed_text_does_not_open(at):
    cipher = FieldCipher({"k1": NEW})
    encrypted = cipher.encrypt("张三住濮阳县城关镇", PLACE)
    flipped = "0" if encrypted[at] != "0" else "1"
    changed = encrypted[:at] + flipped + encrypted[at + 1 or len(encrypted) :]

    with pytest.raises(CannotDecryptError):
        cipher.decrypt(changed, PLACE)


def test_another_key_of_the_same_name_does_not_open_it():
    encrypted = FieldCipher({"k1": OLD}).encrypt("张三", PLACE)

    with pytest.raises(CannotDecryptError):
        FieldCipher({"k1": NEW}).decrypt(encrypted, PLACE)


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
