"""
Petitions that come in after their case was closed (XQ-44, S28).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

from services.assignment.domain.closings.closing import ENDED
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.closings import CaseReopened, RepeatAfterClosing
from services.assignment.domain.facts.received import CaseRepeated, CaseRepeatWithdrawn

T = TypeVar("T")


def repeats_after_closing(facts: Collection[Fact]) -> Iterator[RepeatAfterClosing]:
    """
    Each repeated petition that came in on a day on which the case was closed: concluded
    on an earlier day, and not reopened before. A petition that was withdrawn does not
    count.
    """
    for _, repeat in standing_repeats(enumerate(facts)):
        before = [fact for fact in facts if fact.on < repeat.came_on]
        ends = [fact.on for fact in before if isinstance(fact, ENDED)]
        reopenings = [fact.on for fact in before if isinstance(fact, CaseReopened)]
        if ends and max(ends) >= max(reopenings, default=max(ends)):
            yield RepeatAfterClosing(on=repeat.came_on)


def standing_repeats(facts: Iterable[tuple[T, Fact]]) -> list[tuple[T, CaseRepeated]]:
    """
    The repeats among *facts*, each with what it is known by, without those withdrawn.
    """
    pairs = [*facts]
    withdrawals = Counter(
        (fact.repeated_on, fact.received_on or fact.repeated_on)
        for _, fact in pairs
        if isinstance(fact, CaseRepeatWithdrawn)
    )
    repeats = []
    for name, repeat in pairs:
        if isinstance(repeat, CaseRepeated):
            if withdrawals[repeat.on, repeat.came_on]:
                withdrawals[repeat.on, repeat.came_on] -= 1
            else:
                repeats.append((name, repeat))
    return repeats
