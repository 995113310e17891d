"""
The keys of a record: two records of one matter share at least one of them, and few
others do. They are stored as keyed hashes only.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.intake.domain.matching import texts
from services.intake.domain.matching.record import Item, PreparedPerson, persons_of

_CITY = 4
"""
So many digits of an office's code name its city (GB/T 2260).
"""

MOST = 200
"""
So many keys are stored of one record.
"""


def keys_of(item: Item, office: str) -> list[str]:
    """
    The keys of an *item* of an *office*.
    """
    city = office[:_CITY]
    numbers = texts.case_numbers_in(item.original_case_no)
    keys: dict[str, None] = {}
    for person in persons_of(item):
        keys |= dict.fromkeys(_of_person(person, numbers, city))
    return list(keys)[:MOST]


def _of_person(
    person: PreparedPerson, case_numbers: tuple[str, ...], city: str
) -> Iterator[str]:
    number = person.id_no
    sounds = [person.sound, *map(texts.syllables, sorted(person.former))]
    sounds = list(filter(None, sounds))
    if number:
        yield f"id {number}"
        for sound in sounds:
            yield f"head {number[:10]} {sound}"
            yield f"tail {number[-8:]} {sound}"
    for phone in sorted(person.phones):
        yield f"phone {phone}"
    for case_number in case_numbers:
        yield f"case {person.name[:1]} {texts.digits_of(case_number)}"
    for sound in sounds:
        yield f"name {city} {sound}"
