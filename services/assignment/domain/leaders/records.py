"""
The signed records of who leads a case: namings, recusals and appraisals.

Shown in order, as they were recorded; `leadership` computes what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.assignment.domain.facts.base import Fact, PostOf
from services.assignment.domain.facts.leaders import (
    CaseAppraised,
    LeaderRecused,
    LeadersConfirmed,
)
from services.assignment.domain.leaders.leading import JUDGED


@dataclass(frozen=True)
class SignedRecord:
    """
    One record: named, recused, lifted or appraised; of which posts, or what was
    *judged* and when that is to be looked at again.
    """

    on: date
    kind: str
    by: str | None
    reason: str | None
    posts: tuple[PostOf, ...] = ()
    judged: Mapping[str, object] | None = None
    review_on: date | None = None


KINDS = {
    "named": "落实包案领导",
    "recused": "回避",
    "lifted": "解除回避",
    "appraised": "研判",
}
"""
What such records are, in the words of an office.
"""


def records(facts: Iterable[Fact]) -> Iterator[SignedRecord]:
    """
    By day, and of one day in the order in which they were recorded.
    """
    for fact in sorted(facts, key=lambda fact: fact.on):
        if isinstance(fact, LeadersConfirmed):
            yield SignedRecord(fact.on, "named", fact.by, fact.reason, fact.leaders)
        elif isinstance(fact, LeaderRecused):
            kind = "lifted" if fact.lifted else "recused"
            who = (fact.leader_office, fact.post)
            yield SignedRecord(fact.on, kind, fact.by, fact.reason, (who,))
        elif isinstance(fact, CaseAppraised):
            judged = {n: value for n in JUDGED if (value := fact.get(n)) is not None}
            yield SignedRecord(
                fact.on, "appraised", fact.by, fact.reason, (), judged, fact.review_on
            )
