"""
What identifies a person, as it is stored: encrypted, or as a keyed hash.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from shared.person import person_hash, person_hash_by_name
from shared.settings import settings
from shared.storage.encryption import FieldCipher, keyed_hash


@lru_cache
def cipher() -> FieldCipher:
    return FieldCipher(settings.field_keys)


def encrypted(table: str, value: Any) -> str:
    """
    *value* as encrypted JSON that decrypts in its *table* only.
    """
    return cipher().encrypt(json.dumps(value, ensure_ascii=False), context=table)


def matter_of(person: str | None, original_case_no: str | None) -> str | None:
    """
    The same person and the same original case are the same matter (A-16).
    """
    if not person or not original_case_no:
        return None
    return keyed_hash(settings.person_key, person, original_case_no)


def person_of(id_no: str | None, name: str | None) -> str | None:
    """
    A keyed hash of the identity number, or of the name where there is none.
    """
    if id_no:
        return person_hash(settings.person_key, id_no)
    return person_hash_by_name(settings.person_key, name) if name else None
