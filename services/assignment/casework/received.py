"""
What assignment does with the events that it reads of the other services: each is a fact
of its matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from services.assignment import events
from services.assignment.casework.record import apply
from services.assignment.domain import case_offices
from services.assignment.domain.further import recompute_each
from services.assignment.domain.matter import Change
from services.assignment.store import decode, load_matters
from shared.events import Envelope, ReceivedEvent
from shared.matter_numbers import require_owner
from shared.messaging.inbox import caused_by
from shared.policy.current import current_policy


def record_received(session: Connection, *received: ReceivedEvent) -> None:
    """
    Record events of other services; the id of an event is that of its fact.

    A matter belongs to the office of the first event about it, a case to the one it
    moved to. Raises `ForeignMatter` or `NotItsOfficeYet` for an event of an office that
    never had it.
    """
    for wave in _waves(received):
        with caused_by(wave):
            _record(session, wave)


def _waves(received: Iterable[ReceivedEvent]) -> list[list[ReceivedEvent]]:
    """
    Split the events, in their order, into lists that hold at most one event of each
    matter: what follows from an event must be computed before the next one of that
    matter.

    The matters of every wave are among those of the first, which locks them all.
    """
    waves: list[list[ReceivedEvent]] = []
    count: Counter[str] = Counter()
    for event in received:
        number = event.envelope.case_number
        if count[number] == len(waves):
            waves.append([])
        waves[count[number]].append(event)
        count[number] += 1
    return waves


def _record(session: Connection, received: Sequence[ReceivedEvent]) -> None:
    matters = load_matters(session, [event.case_number for event in received])
    rules, changes = current_policy(), list[Change]()
    for event in received:
        envelope, before = event.envelope, matters[event.case_number]
        offices = case_offices.had_by(before.office, before.facts.values())
        require_owner(envelope, *filter(None, offices))
        fields = {**event.fields, "office": envelope.office}
        fact = decode(envelope.type, envelope.occurred_on, fields)
        # An event may come before the one with which the matter begins; it says whose
        # it is.
        owned = replace(before, office=before.office or envelope.office)
        for change in recompute_each(owned, {envelope.id: fact}, rules):
            late = _followed(change, envelope)
            stored = change.before if change.matter.further else before
            changes.append(
                replace(change, before=stored, events=(*late, *change.events))
            )
    apply(session, changes)


def _followed(change: Change, envelope: Envelope) -> Iterator[events.StockFollowed]:
    """
    Yield what still has to follow a moved case, because its old office announced
    something before it knew of the move.
    """
    matter = change.matter
    if envelope.office in {matter.office, ""}:
        return
    # A case begins at its office; but one that moved may be enrolled by the old one.
    if not (matter.further or change.before.facts):
        return
    further = matter.programme if matter.further else None
    stock = case_offices.late_stock(change.before.facts, matter.facts, further)
    moved_on = case_offices.moved_last_on(matter.facts.values())
    if stock and moved_on:
        yield events.StockFollowed(
            office=matter.office,
            case_number=matter.number,
            occurred_on=max(envelope.occurred_on, moved_on),
            programme=matter.programme,
            from_office=envelope.office,
            stock=stock,
        )
