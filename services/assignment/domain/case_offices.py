"""
The office that has a case, as a dated history, and what a move takes along.

A case begins in the office that registered it. It moves with a batch that names a
receiving office, with an objection that is accepted, or when another unit is to lead
(XQ-15, XQ-16, XQ-32, XQ-33).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from services.assignment.domain.closings import closing
from services.assignment.domain.closings.endings import ending_waits
from services.assignment.domain.facts.base import Beginning, Fact, Recorded
from services.assignment.domain.facts.batches import CaseMoved, UnitsAgreed
from services.assignment.domain.facts.corrected import as_corrected, is_case_withdrawn
from services.assignment.domain.facts.leaders import LeadersConfirmed
from services.assignment.domain.facts.received import (
    CaseCorrected,
    CaseEnrolled,
    CaseMerged,
    CaseOpened,
    CaseReinstated,
    CaseRepeated,
    CaseRepeatWithdrawn,
    CaseUnmerged,
)
from services.assignment.events.moves import Stock
from shared.errors import Problem
from shared.policy.directory import Directory
from shared.rules import not_the_accused, office_exists

REASONS: Mapping[str, str] = {
    "batch": "交办",
    "returned": "异议成立，退回",
    "handed_on": "异议成立，改交",
    "withdrawn": "收回交办",
    "units": "协商确定主办单位",
    "coordination": "联席会议确定主办单位",
}
"""
Why a case moves, by code, as an office reads it.
"""
MOST_MOVES = 50
"""
How often a case can move in all.
"""
_COUNTED = (
    *(CaseOpened, CaseEnrolled, CaseRepeated, CaseUnmerged, CaseReinstated),
    *(LeadersConfirmed, UnitsAgreed),
)
"""
What an office counts, or leads its units, from its day on: a move takes it along, so it
is not dated before.
"""


@dataclass(frozen=True)
class CaseMove:
    """
    A case passed from one office to another on a day; *reason* is one of `REASONS`,
    *document* the letter or the id of the objection or request behind it.
    """

    id: str
    number: str
    programme: str
    from_office: str
    to_office: str
    moved_on: date
    reason: str
    document: str
    by: str


@dataclass(frozen=True)
class HandedRound:
    """
    A case that was handed on often: how many *moves*, and the day of the last.
    """

    number: str
    office: str
    programme: str
    moves: int
    last_on: date


def moves_in(facts: Iterable[Fact]) -> list[CaseMoved]:
    """
    The moves of a case in the order in which they were recorded, which is that of their
    days.
    """
    return [fact for fact in facts if isinstance(fact, CaseMoved)]


def office_after(facts: Iterable[Fact]) -> str | None:
    """
    The office that has the matter; None if it has not begun.
    """
    office = None
    has_moved = False
    for fact in facts:
        if isinstance(fact, CaseMoved):
            office, has_moved = fact.to_office, True
        # A beginning that arrives after a move says who had the matter before it.
        elif isinstance(fact, Beginning) and not has_moved:
            office = fact.office
    return office


def had_by(office: str, facts: Iterable[Fact]) -> tuple[str, ...]:
    """
    Return the offices that have or had the case, each once, in order; *office* has it
    now.
    """
    moves = moves_in(facts)
    return tuple(dict.fromkeys((*(move.from_office for move in moves), office)))


def until_handed_on(facts: Recorded, ours: Callable[[str], bool]) -> Recorded | None:
    """
    The facts of a case until one of *ours* handed it on last, that move the last of
    them; None if none of these did.
    """
    own_moves = [
        place
        for place, fact in enumerate(facts.values(), start=1)
        if isinstance(fact, CaseMoved) and ours(fact.from_office)
    ]
    return dict(islice(facts.items(), own_moves[-1])) if own_moves else None


def moved_last_on(facts: Iterable[Fact]) -> date | None:
    """
    Since when the office has the case; None if it began there.
    """
    return max((move.on for move in moves_in(facts)), default=None)


def stock_of(facts: Recorded, *, led: bool = False) -> Counter[Stock]:
    """
    Return what a case counts as for its office after *facts*: one case of its origin as
    long as it is in scope and counts, its repeats, and whether it is *led*.

    In a counter: two of them can be subtracted.
    """
    corrected = as_corrected(facts).values()
    opening = next((fact for fact in corrected if isinstance(fact, CaseOpened)), None)
    began = (fact.repeats for fact in facts.values() if isinstance(fact, CaseOpened))
    not_counted, repeats = False, next(began, 0)
    for fact in facts.values():
        if isinstance(fact, CaseMerged):
            not_counted = True
        elif isinstance(fact, CaseUnmerged):
            not_counted = False
        elif isinstance(fact, CaseCorrected | CaseReinstated):
            repeats = fact.repeats
        elif isinstance(fact, CaseRepeated):
            repeats += fact.counted
        elif isinstance(fact, CaseRepeatWithdrawn):
            repeats -= fact.counted
    not_counted = not_counted or is_case_withdrawn(facts.values())
    if opening is None or not opening.in_scope or not_counted:
        return Counter()
    return Counter(
        {
            Stock(opening.origin, cases=1): 1,
            Stock(repeats=1): repeats,
            Stock(led=1): int(led),
        }
    )


def carried(stock: Counter[Stock], programme: str | None = None) -> tuple[Stock, ...]:
    """
    Return the counted stock as an event states it, with positive or negative numbers;
    of the further *programme*, if one is named.
    """
    return tuple(
        Stock(
            each.origin,
            cases=each.cases * times,
            repeats=each.repeats * times,
            led=each.led * times,
            programme=programme,
        )
        for each, times in stock.items()
        if times
    )


def late_stock(
    before: Recorded, after: Recorded, programme: str | None = None
) -> tuple[Stock, ...]:
    """
    Return by how much facts that the old office announced late change the stock of a
    moved case. This must follow the case to its new office.
    """
    # The difference of two counts, so that a correction takes along also what it takes
    # away.
    change = stock_of(after)
    change.subtract(stock_of(before))
    return carried(change, programme)


def open_problems(
    standing: str, facts: Iterable[Fact], place: str, *, merged: bool, what: str
) -> Iterator[Problem]:
    """
    Yield why *what* is done in an open case alone is not done in this one: nobody would
    answer for it.
    """
    if merged or standing != "open":
        away = "已撤销登记" if is_case_withdrawn(facts) else "已并入他案"
        yield Problem(
            "case_not_open",
            f"本案{away if merged else closing.NAMES[standing]}，{what}。",
            "已报结的，请先退回报结；已办结或已销号的，请先重启或恢复。",
            place,
        )


def problems(
    on: date, place: str, *, standing: str, merged: bool, facts: Iterable[Fact]
) -> Iterator[Problem]:
    """
    Yield why a case cannot move on a day. *place*: where the request names the case.
    """
    facts = list(facts)
    yield from open_problems(standing, facts, place, merged=merged, what="不能移交")
    if ending_waits(facts):
        yield Problem(
            "ending_waiting",
            "本案的终结申报尚待决定，不能移交。",
            "请等待终结申报的决定。",
            place,
        )
    yield from _day_problems(on, place, facts)
    if len(moves_in(facts)) >= MOST_MOVES:
        yield Problem(
            "moved_too_often",
            f"本案已移交 {MOST_MOVES} 次，不再移交。",
            "请由联席会议确定承办单位并督办。",
            place,
        )


def _day_problems(on: date, place: str, facts: Collection[Fact]) -> Iterator[Problem]:
    """
    A case moves on or after the day of what its office has counted, and of its last
    move.
    """
    # Moved earlier, the case would be counted on that day by an office that no longer
    # had it.
    counts_from = max((f.on for f in facts if isinstance(f, _COUNTED)), default=on)
    if on < counts_from:
        yield Problem(
            "before_it_counted",
            f"本案 {counts_from} 已有登记、重复来件、包案或分工记录，"
            f"不能于 {on} 移交。",
            f"请填写 {counts_from} 或之后的日期。",
            place,
        )
    moves = moves_in(facts)
    if moves and on < moves[-1].on:
        yield Problem(
            "before_last_move",
            f"本案已于 {moves[-1].on} 移交，不能再于 {on} 移交。",
            "请填写最近一次移交之后的日期。",
            place,
        )


def receiver_problems(
    to: str, on: date, place: str, directory: Directory, accused: str | None
) -> Iterator[Problem]:
    """
    Why an office cannot receive a case: it does not exist, or is accused in it.
    """
    yield from office_exists(to, directory, on, place)
    yield from not_the_accused(to, accused, directory, on, place)
