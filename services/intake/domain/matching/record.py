"""
A petition or a case as it is compared with others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from services.intake.domain.matching import texts
from services.intake.domain.matching.rules import MatchRules

MEMBERS = 50
"""
So many members of a joint petition are compared.
"""


@dataclass(frozen=True)
class Person:
    """
    A petitioner as the record names him.
    """

    name: str = ""
    former_names: tuple[str, ...] = ()
    id_no: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Item:
    """
    What is compared of a petition or of a ledger row.
    """

    persons: tuple[Person, ...] = ()
    original_case_no: str = ""
    demand: str = ""
    batch: str = ""

    @classmethod
    def of_petition(cls, private: Mapping[str, Any]) -> Self:
        """
        *private*: what is stored encrypted of a petition.
        """
        named = [private.get("petitioner") or {}, *(private.get("members") or ())]
        return cls(
            persons=tuple(_persons(named)),
            original_case_no=private.get("original_case_no") or "",
            demand=private.get("demand") or "",
            batch=private.get("batch_ref") or "",
        )

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        """
        *row*: the values of a ledger row.
        """
        named = {
            "name": row.get("petitioner_name"),
            "id_no": row.get("id_no"),
            "phone": row.get("phone"),
        }
        return cls(
            persons=tuple(_persons([named])),
            original_case_no=row.get("original_case_no") or "",
            demand=row.get("main_demand") or "",
            batch=row.get("batch_ref") or "",
        )


def _persons(named: Sequence[Mapping[str, Any]]) -> Iterator[Person]:
    """
    The persons of some entries; an entry may name several. A number stands beside the
    first of them, and a telephone is that of all.
    """
    for entry in named[:MEMBERS]:
        names, former = texts.names_in(entry.get("name") or "")
        former += entry.get("former_names") or ()
        phone = entry.get("phone") or ""
        for place, name in enumerate(names or [""]):
            alone = place == 0
            id_no = (entry.get("id_no") or "") if alone else ""
            if name or id_no or phone:
                yield Person(name, tuple(former) if alone else (), id_no, phone)


@dataclass(frozen=True, slots=True)
class PreparedPerson:
    """
    A person in the form that is compared; *written* is the name before it was folded.
    """

    written: str
    name: str
    sound: str
    former: frozenset[str]
    id_no: str
    phones: frozenset[str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """
    An item in the form that is compared, made once for many comparisons.
    """

    persons: tuple[PreparedPerson, ...]
    case_numbers: tuple[str, ...]
    demand: str
    amounts: frozenset[str]
    years: frozenset[str]
    batch: str


def prepared(item: Item, rules: MatchRules) -> Prepared:
    amounts, years = texts.details_in(item.demand)
    return Prepared(
        persons=persons_of(item),
        case_numbers=texts.case_numbers_in(item.original_case_no),
        demand=texts.demand_of(item.demand, rules.likeness.phrases),
        amounts=amounts,
        years=years,
        batch=item.batch,
    )


def persons_of(item: Item) -> tuple[PreparedPerson, ...]:
    return tuple(map(prepared_person, item.persons[:MEMBERS]))


def prepared_person(person: Person) -> PreparedPerson:
    name = texts.simplified(person.name)
    return PreparedPerson(
        written=person.name,
        name=name,
        sound=texts.syllables(name),
        former=frozenset(map(texts.simplified, person.former_names)),
        id_no=texts.identity_of(person.id_no),
        phones=texts.phones_in(person.phone),
    )
