"""
A person as aid knows them: whether an identity number holds, and what is kept of it.

The number and the name go no further than here.
"""

from __future__ import annotations

import re

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from services.aid.domain import Person
from shared.storage.encryption import fingerprint

_FORM = re.compile(r"[0-9]{17}[0-9Xx]")


def number_holds(number: str) -> bool:
    """
    Eighteen characters, a birth date that exists, the check digit (GB 11643).

    The birthplace is not looked up: area codes change and the number stays.
    """
    if not _FORM.fullmatch(number):
        return False
    number = ric.compact(number)
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return number[-1] == ric.calc_check_digit(number)


def person_of(number: str, key: bytes) -> Person:
    """
    What aid keeps of the person with this identity *number*.
    """
    number = ric.compact(number)
    return Person(fingerprint(key, number), number[-4:])
