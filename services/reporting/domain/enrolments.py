"""
What the facts of a case add in the further programmes in which it stands (PY-60).

A fact is announced once, for the case's own programme. A further programme counts it as
if the case were its own, but none before the day of enrolment: what happened in the
case before then counts from that day. From the day on which the enrolment was withdrawn
nothing counts any longer. So entries commute here too, in whatever order facts and
enrolments become known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.reporting.domain.postings.closings import ClosingTerms
from services.reporting.domain.postings.entries import Entry, EventFacts, entries_for
from services.reporting.domain.postings.rules import RULES

ENROLLED = "intake.case_enrolled"
WITHDRAWN = "intake.case_enrolment_withdrawn"

_OF_ONE_PROGRAMME = frozenset(
    {
        "assignment.case_moved",
        "assignment.stock_followed",
        "assignment.baseline_case_frozen",
        "assignment.leader_named",
        "assignment.leader_released",
        "assignment.duties_changed",
        "assignment.everyday_counted",
        "assignment.escalation_step_reached",
    }
)
"""
What assignment computes by the rules of one programme and announces for each.
"""
FOR_ALL_PROGRAMMES = (
    frozenset(kind for kind in RULES if not kind.startswith("intake."))
    - _OF_ONE_PROGRAMME
)
"""
The types of events that are announced of a case once and count in all its programmes.
An event of intake says itself what each programme counts.
"""


@dataclass(frozen=True)
class Enrolment:
    """
    A case stands in a further *programme* from a day *until* another, if the enrolment
    was withdrawn; each with the moment at which that became known, None for now.
    *period* counts the times it has stood there.
    """

    programme: str
    period: int
    since: date
    known_at: datetime | None = None
    until: date | None = None
    ended_at: datetime | None = None


def enrolments_in(
    facts: Iterable[tuple[EventFacts, Mapping[str, Any], datetime | None]],
) -> dict[str, list[Enrolment]]:
    """
    The enrolments of each case by its number, from what intake announced of them: each
    event with those of its *fields* that are read, and when it became known, in
    whatever order.
    """
    enrolled = dict[tuple[str, str, int], Enrolment]()
    ended = dict[tuple[str, str, int], tuple[date, datetime | None]]()
    for event, fields, known_at in facts:
        code, period = fields["programme"], fields["period"]
        key = event.case_number, code, period
        if event.type == ENROLLED:
            enrolled[key] = Enrolment(code, period, event.occurred_on, known_at)
        else:
            ended[key] = event.occurred_on, known_at
    by_case = defaultdict[str, list[Enrolment]](list)
    for key, enrolment in enrolled.items():
        until, ended_at = ended.get(key, (None, None))
        by_case[key[0]].append(replace(enrolment, until=until, ended_at=ended_at))
    return by_case


def entries_there(
    event: EventFacts,
    fields: Mapping[str, Any],
    enrolment: Enrolment,
    terms: ClosingTerms,
) -> Iterator[Entry]:
    """
    The entries of an event in a further programme of its case; with *terms* of that
    programme.
    """
    # `in_scope`: intake enrols only what is in the scope of the further programme.
    fields_there = {**fields, "programme": enrolment.programme, "in_scope": True}
    for entry in entries_for(event, fields_there, terms):
        yield _not_before(entry, enrolment.since)


def taken_back(entries: Iterable[Entry], until: date | None) -> Iterator[Entry]:
    """
    Yield the entries with opposite amounts, from the day on which the enrolment was
    withdrawn; none if it was not.
    """
    for entry in entries if until else ():
        yield replace(_not_before(entry, until), amount=-entry.amount)


def _not_before(entry: Entry, day: date | None) -> Entry:
    if day is None:
        return entry
    return replace(entry, day=max(entry.day, day), own_day=max(entry.own_day, day))
