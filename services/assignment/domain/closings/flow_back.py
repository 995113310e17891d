"""
Petitions that come in after their case was closed (XQ-44, S28).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from services.assignment.domain.closings.closing import ENDED
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.closings import (
    CaseReopened,
    RepeatAfterClosing,
)
from services.assignment.domain.facts.received import (
    CaseRepeated,
    CaseRepeatWithdrawn,
)


def repeats_after_closing(facts: Collection[Fact]) -> Iterator[RepeatAfterClosing]:
    """
    Each repeated petition that came in on a day on which the case was closed: concluded
    on an earlier day, and not reopened before. One that was withdrawn was none.
    """
    withdrawn = Counter(
        (fact.repeated_on, fact.received_on or fact.repeated_on)
        for fact in facts
        if isinstance(fact, CaseRepeatWithdrawn)
    )
    for repeat in facts:
        if isinstance(repeat, CaseRepeated):
            came_on = repeat.came_on
            if withdrawn[repeat.on, came_on]:
                withdrawn[repeat.on, came_on] -= 1
                continue
            before = [fact for fact in facts if fact.on < came_on]
            ended = [fact.on for fact in before if isinstance(fact, ENDED)]
            reopened = [fact.on for fact in before if isinstance(fact, CaseReopened)]
            if ended and max(ended) >= max(reopened, default=max(ended)):
                yield RepeatAfterClosing(on=came_on)
