"""
The entries that an event adds to the ledger of measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from services.reporting.domain.postings.closings import (
    AS_CONCLUDED,
    OF_CLOSINGS,
    ClosingTerms,
)
from services.reporting.domain.postings.posting import Fields, Posting
from services.reporting.domain.postings.rules import RULES


@dataclass(frozen=True)
class Entry:
    """
    One signed posting in the ledger of one office.

    *day* is when it counts from, *own_day* when it would count from had no return been
    signed for that day already (see `ClosingTerms`). *amount* is pieces, or fen.
    *person* is a keyed hash, for distinct counts. *label*: the origin of a case that
    enters the base, or the id of the baseline that lists a case. *duty*, *duty_rule*
    and *due_on*: of what is owed, its id, the id of its rule and its due day.
    """

    measure: str
    office: str
    programme: str
    day: date
    amount: int
    case_number: str
    event_id: str
    own_day: date
    person: str | None = None
    label: str | None = None
    duty: str | None = None
    duty_rule: str | None = None
    due_on: date | None = None


class EventFacts(Protocol):
    """
    The parts of an event's envelope from which its entries are made.
    """

    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def office(self) -> str: ...
    @property
    def case_number(self) -> str: ...
    @property
    def occurred_on(self) -> date: ...


def entries_for(
    event: EventFacts, fields: Mapping[str, Any], terms: ClosingTerms = AS_CONCLUDED
) -> tuple[Entry, ...]:
    """
    The entries of *event*, of which these *fields* are read (`schemas.READS`).

    Raises `KeyError` for a type of event that posts nothing.
    """
    return tuple(
        Entry(
            measure=posting.measure,
            office=posting.office or event.office,
            programme=posting.programme or view["programme"],
            day=day,
            amount=posting.amount,
            case_number=event.case_number,
            event_id=event.id,
            own_day=own_day,
            person=posting.person,
            label=posting.label,
            duty=posting.duty,
            duty_rule=posting.duty_rule,
            due_on=posting.due_on,
        )
        for view in (fields, *_further_views(fields))
        for posting in RULES[event.type](event.occurred_on, view)
        for own_day, day in [_days_of(posting, event, view, terms)]
        if posting.amount
    )


def _further_views(fields: Fields) -> Iterator[Fields]:
    """
    What an event of intake says of a case as each further programme counts it, which
    has the case in its scope (PY-60).
    """
    for further in fields.get("enrolled", ()):
        yield {
            **fields,
            **further,
            "in_scope": True,
            "in_scope_before": True,
            "origin_before": further["origin"],
            "counted": further["programme"] in fields.get("also", ()),
        }


def _days_of(
    posting: Posting, event: EventFacts, fields: Fields, terms: ClosingTerms
) -> tuple[date, date]:
    """
    The own day of a posting, and the day from which it counts.

    What takes a closing back counts no earlier than the closing itself does.
    """
    if posting.measure not in OF_CLOSINGS:
        # In a further programme nothing counts before the case stood in it.
        day = max(posting.day, fields.get("since") or date.min)
        return day, day
    concluded_on = fields.get("concluded_on") or event.occurred_on
    closed_on = terms.own_day(concluded_on, fields["confirmed_on"])
    own_day = max(posting.day, closed_on)
    return own_day, terms.counts_from(own_day)
