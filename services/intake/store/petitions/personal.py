"""
What identifies a person and a matter, as it is stored: a keyed hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson

from services.intake.domain.matching import Item, keys_of
from services.intake.domain.matching.texts import case_numbers_in
from services.intake.store.matching.match_rules import match_rules
from shared.person import person_hash, person_hash_by_name
from shared.settings import settings
from shared.storage.encryption import keyed_hash

_BETWEEN = re.compile(r"[\s·•・]")  # stands between the parts of a name


def matter_of(person: str | None, original_case_no: str | None) -> str | None:
    """
    The same person and the same original case, however its number is written, are the
    same matter (A-16).
    """
    if match_rules().automatic == "never":
        return None
    numbers = case_numbers_in(original_case_no or "")
    if not person or not numbers:
        return None
    return keyed_hash(settings.person_key, person, *numbers)


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


def name_of(name: str | None) -> str | None:
    """
    A keyed hash of a name, to find what was registered under it: equal however blanks,
    width and dots between its parts are written.
    """
    tidied = _BETWEEN.sub("", name or "")
    return keyed_hash(settings.person_key, "named", tidied) if tidied else None


def name_keys(names: Iterable[str]) -> list[int]:
    """
    Names as `name_of` has them, each once, as the database's integers.
    """
    hashed = {name_of(name) for name in names}
    return sorted(_whole_number(each) for each in hashed if each)


def content_of(office: str, body: Any) -> str:
    """
    A keyed hash of all that an office entered, to find the same entered again.
    """
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()
    return keyed_hash(settings.person_key, "entered", office, text)


def match_keys(item: Item, office: str) -> list[int]:
    """
    Keyed hashes of the keys by which *item* of an *office* is compared with others.
    """
    keys = keys_of(item, office)
    return [
        _whole_number(keyed_hash(settings.person_key, "match", key)) for key in keys
    ]


def _whole_number(hashed: str) -> int:
    """
    Half of a keyed hash, as the database's integer of eight bytes.
    """
    return int.from_bytes(bytes.fromhex(hashed[:16]), signed=True)
