"""
What persons said of a case with their name to it: namings, recusals, judgements.

Kept as it came and shown in order; what it all comes to is reckoned in `leading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from services.assignment.domain.facts import NAMED, Fact
from services.assignment.domain.leaders.leadership import APPRAISED, MARKS, RECUSED
from services.assignment.domain.leaders.tenures import PostOf

JUDGED = ("difficulty", *MARKS)


@dataclass(frozen=True)
class Signed:
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
    review_on: str | None = None


def records(facts: Iterable[Fact]) -> Iterator[Signed]:
    """
    By day, and of one day in the order they came.
    """
    for fact in sorted(facts, key=lambda each: each.on):
        said = fact.payload
        by, reason = said.get("by"), said.get("reason")
        if fact.type == NAMED:
            named = tuple((office, post) for office, post in said["leaders"])
            yield Signed(fact.on, "named", by, reason, named)
        elif fact.type == RECUSED:
            kind = "lifted" if said.get("lifted") else "recused"
            who = (said["leader_office"], said["post"])
            yield Signed(fact.on, kind, by, reason, (who,))
        elif fact.type == APPRAISED:
            judged = {n: said[n] for n in JUDGED if said.get(n) is not None}
            again = said.get("review_on")
            yield Signed(fact.on, "appraised", by, reason, (), judged, again)
