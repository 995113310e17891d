"""
What identifies a person and a matter, as it is stored: a keyed hash.
"""

from __future__ import annotations

from shared.person import person_hash, person_hash_by_name
from shared.settings import settings
from shared.storage.encryption import keyed_hash


def matter_of(person: str | None, original_case_no: str | None) -> str | None:
    """
    The same person and the same original case are the same matter (A-16).
    """
    if not person or not original_case_no:
        return None
    return keyed_hash(settings.person_key, person, original_case_no)


def enquiry_hash(code: str) -> str:
    """
    A keyed hash of an enquiry code, however it is spaced.
    """
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return keyed_hash(settings.person_key, "enquiry", plain)


def person_of(id_no: str | None, name: str | None) -> str | None:
    """
    A keyed hash of the identity number, or of the name where there is none.
    """
    if id_no:
        return person_hash(settings.person_key, id_no)
    return person_hash_by_name(settings.person_key, name) if name else None
