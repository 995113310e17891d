"""
For how long somebody holds a post or oversees something, as an office has entered it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Protocol

from shared.errors import Problem
from shared.rules import day_not_before


class Term(Protocol):
    """
    What holds from *since* to before *until*, or still does.
    """

    @property
    def since(self) -> date: ...

    @property
    def until(self) -> date | None: ...


def overlap(one: Term, other: Term) -> bool:
    """
    Whether both hold on one day.
    """
    begins = other.until is None or one.since < other.until
    return begins and (one.until is None or other.since < one.until)


def ending_problems(
    since: date, until: date, clashes: Collection[Problem], start_title: str
) -> Iterator[Problem]:
    """
    What ends has begun before, and ends before another has it: *clashes* of the term as
    it would end. *start_title*: what its first day is called.
    """
    yield from day_not_before(until, since, "/until", start_title)
    yield from clashes
