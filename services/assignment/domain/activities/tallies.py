"""
Tallies: the acts that offices recorded in a period, counted by the programme's rules.

Only acts of offices are counted, nothing about a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from shared.errors import Problem
from shared.policy.parts.reports import Act, Tally

NUMBERS_SHOWN = 100
"""
How many matters of an office a list names at most; all of them are counted.
"""

_SHOWN_AT_ONCE = 1000


def numbers_shown(offices: int) -> int:
    """
    Return how many cases of each office a list of missing acts names. One office alone
    gets the whole list; of many *offices* each gets fewer, since a city's list would be
    a megabyte.
    """
    return min(NUMBERS_SHOWN, max(1, _SHOWN_AT_ONCE // max(1, offices)))


@dataclass(frozen=True)
class Recorded:
    """
    An act within the period: how often it was recorded, and the sum of its counts.
    Either of all matters together, of which *numbers* are the first, or of the one
    matter *number*.

    *value*: the post or kind they name, where a tally asks for it.
    """

    office: str
    number: str
    act: str
    times: int
    amount: int
    value: str = ""
    numbers: Sequence[str] = ()


@dataclass
class Row:
    """
    One office in a tally: *amount* is the sum of the counts that its *acts* stated.

    *missing*: its cases without the act, the office itself, its *departments* without
    it, or how far the counts of two acts lie apart, *amount* then being the count of
    the first. *numbers*: the first matters listed or, where the missing are counted,
    the first that lack it (of many offices fewer of each). *parts*: how often by each
    value.
    """

    office: str
    acts: int = 0
    amount: int = 0
    missing: int = 0
    numbers: list[str] = field(default_factory=list)
    departments: list[str] = field(default_factory=list)
    parts: dict[str, int] = field(default_factory=dict)


def span_problems(from_: date, to: date, most: int) -> Iterator[Problem]:
    """
    The days are in order, and not more than *most*.
    """
    if to < from_:
        detail, remedy = f"止期 {to} 早于起期 {from_}。", "请改正起止日期。"
        yield Problem("dates_inverted", detail, remedy, "/to")
    elif (days := (to - from_).days + 1) > most:
        detail = f"查询的日期共{days}天，超过{most}天。"
        yield Problem("span_too_long", detail, "请分段查询。", "/to")


def tally_rows(
    tally: Tally,
    recorded: Iterable[Recorded],
    *,
    acts: Mapping[str, Act],
    offices: Collection[str],
    cases: Mapping[str, int],
    done: Mapping[tuple[str, str], int],
    lacking: Mapping[str, Sequence[str]],
    departments: Mapping[str, Mapping[str, Collection[str]]] = MappingProxyType({}),
) -> list[Row]:
    """
    The rows of a tally by office, without those in which nothing is counted.

    *offices* are those that ought to have done it, *cases* their cases in scope, *done*
    in how many of those an office did which act, and *lacking* those of the cases, or
    the first of them, that have no such act; *departments* those of each office, with
    the posts that speak for them.
    """
    by_office: dict[str, dict[str, list[Recorded]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for act in recorded:
        if act.act in tally.acts:
            by_office[act.office][act.number].append(act)
    rows = [_row(tally, office, by_office[office]) for office in offices]
    for row in rows:
        if tally.show == "missing" and tally.of == "offices":
            acts_done = {act.act for act in _all(by_office[row.office])}
            row.missing = sum(
                cases.get(row.office, 0) - done.get((row.office, act), 0)
                if acts[act].of == "case"
                else act not in acts_done
                for act in tally.acts
            )
        if tally.of == "departments":
            values = {act.value for act in _all(by_office[row.office])}
            row.departments = [
                name
                for name, posts in departments.get(row.office, {}).items()
                if not values & {name, *posts}
            ]
            row.missing = len(row.departments)
        row.numbers += lacking.get(row.office, ())[:NUMBERS_SHOWN]
    return [row for row in rows if row.acts or row.missing]


def without_body(owing: Iterable[str], having: Collection[str]) -> list[Row]:
    """
    The offices that are to have a body of a kind and have none.
    """
    return [Row(office, missing=1) for office in owing if office not in having]


COMPLETE = "齐全"
"""
What a tally of duties counts as its part: how often all of them were done.
"""


def done_in_full(
    groups: Iterable[tuple[str, str, bool]], offices: Collection[str]
) -> list[Row]:
    """
    Count for each office how often all duties that were opened together in a matter
    were done, and how often one is lacking. *groups*: office, matter, whether all were
    done.
    """
    rows = {office: Row(office) for office in offices}
    for office, number, complete in sorted(groups):
        row = rows[office]
        row.acts += complete
        row.missing += not complete
        if complete:
            row.parts[COMPLETE] = row.acts
        elif len(row.numbers) < NUMBERS_SHOWN:
            row.numbers.append(number)
    return [row for row in rows.values() if row.acts or row.missing]


def _row(tally: Tally, office: str, matters: Mapping[str, list[Recorded]]) -> Row:
    row, numbers = Row(office), set[str]()
    amounts = dict.fromkeys(tally.acts, 0)
    for number, recorded in matters.items():
        times = sum(act.times for act in recorded)
        if tally.at_least is not None and times < tally.at_least:
            continue
        row.acts += times if tally.at_least is None else 1
        for act in recorded:
            amounts[act.act] += act.amount
            if tally.by and act.value:
                row.parts[act.value] = row.parts.get(act.value, 0) + act.times
            numbers.update((number,) if number else act.numbers)
    if tally.show == "list":
        row.numbers = sorted(numbers)[:NUMBERS_SHOWN]
    row.amount = sum(amounts.values())
    if tally.show == "difference":
        row.amount, other = amounts.values()
        row.missing = abs(row.amount - other)
    return row


def _all(matters: Mapping[str, list[Recorded]]) -> Iterator[Recorded]:
    for recorded in matters.values():
        yield from recorded
