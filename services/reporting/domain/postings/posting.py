"""
What a rule posts in the ledger of measures, and the two simplest rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Posting:
    """
    What a rule posts from a day on, before it is an `Entry` of the ledger; *office*
    and *programme*: None where they are those of the event.
    """

    measure: str
    day: date
    amount: int = 1
    person: str | None = None
    label: str | None = None
    office: str | None = None
    duty: str | None = None
    duty_rule: str | None = None
    due_on: date | None = None
    programme: str | None = None


Fields = Mapping[str, Any]
Rule = Callable[[date, Fields], Iterator[Posting]]


def every(measure: str, amount: int = 1) -> Rule:
    """
    Counts every such fact of the programme.
    """

    def rule(day: date, _fields: Fields) -> Iterator[Posting]:
        yield Posting(measure, day, amount)

    return rule


def in_scope(measure: str, amount: int = 1) -> Rule:
    """
    Counts such facts about cases in scope only (PY-06).
    """

    def rule(day: date, fields: Fields) -> Iterator[Posting]:
        if fields["in_scope"]:
            yield Posting(measure, day, amount)

    return rule
