"""
What every fact of a matter has, and the steps by which a state changes.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self
from uuid import NAMESPACE_OID, uuid5

PostOf = tuple[str, str]
"""An office's code and the title of a post of it."""
Held = tuple[str, str, str]
"""The same with a holder of that post."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """
    Something that happened in a matter on a day.
    """

    name: ClassVar[str]
    title: ClassVar[str]

    on: date

    def __init_subclass__(cls, *, name: str = "", title: str = "") -> None:
        """
        *name*: as rules of programmes write it; *title*: as an office reads it.
        """
        if name:
            cls.name, cls.title = name, title

    @classmethod
    def from_fields(cls, on: date, fields: Mapping[str, Any]) -> Self:
        """
        The fact with those of *fields* that its type has.
        """
        names = (field.name for field in dataclasses.fields(cls))
        return cls(on=on, **{n: fields[n] for n in names if n != "on" and n in fields})

    @property
    def fields(self) -> Mapping[str, Any]:
        """
        The fields of this kind of fact, as a rule may ask for them.
        """
        return vars(self)

    def get(self, field: str | None) -> Any:
        """
        The value of a field that a rule names; None if this type does not have it.
        """
        return self.fields.get(field or "")

    @property
    def cause(self) -> str:
        """
        What it is called where it is the reason of something else.
        """
        return self.name.partition(".")[2]


@dataclass(frozen=True, kw_only=True)
class Beginning(Fact):
    """
    The beginning of a matter: the office and the programme it belongs to.
    """

    office: str
    programme: str


Recorded = Mapping[str, Fact]
"""
Facts of one matter by their identity, in the order in which they were recorded.
"""


def last_of(facts: Recorded) -> Fact | None:
    """
    The fact that was recorded last, if there is one.
    """
    return next(reversed([*facts.values()]), None)


def identity_of(about: str, what: str) -> str:
    """
    The identity of a fact that can happen only once to what it is about, as the end of
    a notice.
    """
    return str(uuid5(NAMESPACE_OID, f"{about}/{what}"))


@dataclass(frozen=True)
class Entry:
    """
    A fact as the record has it: who recorded it, and when.
    """

    fact: Fact
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, order=True)
class Step:
    """
    One change of a state: what it became, from which day, and where it matters the
    name of the fact that did it.
    """

    on: date
    kind: str
    why: str = ""


def changes(
    before: Iterable[Step], after: Iterable[Step]
) -> tuple[list[Step], list[Step]]:
    """
    The steps to take back and the steps to add, each in order of days.
    """
    if before == after:
        return [], []
    earlier, new = Counter(before), Counter(after)
    return sorted((earlier - new).elements()), sorted((new - earlier).elements())
