"""
A person as the services count them: a keyed hash, the same in every service.

The name and the identity number go no further than here and the encrypted columns of
intake (decision 0012).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from shared.storage.encryption import keyed_hash

_MASKED = re.compile("[*＊●█■]")
_FORM = re.compile(r"[0-9]{17}[0-9X]")


def is_masked(text: str) -> bool:
    """
    Whether a name or a number holds signs that hide a part of it.
    """
    return _MASKED.search(text) is not None


def identity_number(text: str) -> str:
    """
    An identity number as it is compared: without blanks, half-width, with a capital X.
    """
    if _FORM.fullmatch(text):
        return text
    return ric.compact(unicodedata.normalize("NFKC", text)).upper()


def identity_number_fault(number: str, today: date | None = None) -> str:
    """
    What is wrong with an identity number (GB 11643): "" if nothing.

    Else "length", "date" or "checksum".

    It has eighteen characters, a birth date (not after *today*) and a check digit. The
    birthplace is not looked up: area codes change and the number stays.
    """
    number = number.upper()
    if not _FORM.fullmatch(number):
        return "length"
    try:
        born = ric.get_birth_date(number)
    except ValidationError:
        return "date"
    if today and born > today:
        return "date"
    return "" if number[-1] == ric.calc_check_digit(number) else "checksum"


def person_hash(key: bytes, id_no: str) -> str:
    """
    The keyed hash of the person with this identity number.
    """
    return keyed_hash(key, "id", identity_number(id_no))


def person_hash_by_name(key: bytes, name: str) -> str:
    """
    The keyed hash of a person of whom only the name is there; equal names look equal.
    """
    return keyed_hash(key, "name", name)
