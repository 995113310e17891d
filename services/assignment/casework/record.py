"""
Add a fact to a matter and recompute what follows from it.

The only place where facts become duties and leaders; endpoints only bring facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.assignment import events
from services.assignment.casework.follow import begin_ladders, follow
from services.assignment.domain.closings import closing
from services.assignment.domain.duties import ledger as duties
from services.assignment.domain.duties import recurrence
from services.assignment.domain.facts import (
    MERGED,
    OPENED,
    PERIOD,
    PETITION,
    UNMERGED,
    Fact,
    Step,
)
from services.assignment.domain.leaders import leadership
from services.assignment.store import (
    OUTBOX,
    Duties,
    Matters,
    Profiles,
    matter_of,
    steps_of,
)
from shared.events import Event
from shared.messaging import consumer
from shared.policy.current import policy
from shared.policy.programme import Programme


def record_received(session: Connection, fact: consumer.Fact) -> None:
    """
    Take a fact in and reckon anew what is owed and who leads.
    """
    event = fact.envelope
    matters = Matters(session)
    matters.lock(event.case_number)
    if event.type in {OPENED, PETITION}:
        matters.put(
            event.case_number,
            office=event.office,
            programme=fact["programme"],
            is_case=event.type == OPENED,
            opened_on=event.occurred_on,
            in_scope=event.payload.get("in_scope", False),
        )
    if event.type == "hearing.hearing_decided":
        matters.put(event.case_number, hearing_decided=True)
    known = Fact(event.type, event.occurred_on, event.payload)
    add_fact(session, event.case_number, event.id, known)


def add_fact(session: Connection, number: str, identity: str, fact: Fact) -> None:
    """
    Keep *fact* and announce what it changes in the matter's standing.
    """
    matters = Matters(session)
    if not matters.add_fact(number, identity, fact):
        return  # Another replica's clock has begun it.
    row, facts = matters.locked(number), matters.facts(number)
    if row.opened_on is None:
        return  # Its beginning is still on its way; then all is reckoned.
    programme = policy().programmes.get(row.programme)
    if fact.type in {MERGED, UNMERGED}:
        undone = fact.type == UNMERGED
        ended = closing.merged_away(matter_of(row), on=fact.on, undone=undone)
        OUTBOX.announce(session, *ended)
    if row.is_case and fact.type in leadership.BEARING:
        facts += _put_leading(session, row, facts, programme)
        row = matters.locked(number)
    elif row.is_case:
        facts += _named(steps_of(row))
    reason = str(fact.payload.get("reason") or "")
    _put_duties(session, row, facts, cause=fact.type, reason=reason)


def _put_leading(
    session: Connection, row: Any, facts: list[Fact], programme: Programme
) -> list[Fact]:
    """
    Reckon who leads; the days on which the case became led are facts too.
    """
    led = leadership.reckon(row.office, facts, programme, policy().directory)
    Matters(session).put_leading(row.number, led)
    Profiles(session).put(row.number, led)
    told = leadership.announcements(
        led,
        steps_of(row),
        number=row.number,
        office=row.office,
        programme=row.programme,
        in_scope=row.in_scope,
    )
    OUTBOX.announce(session, *told)
    return _named(led.steps)


def _put_duties(
    session: Connection,
    row: Any,
    facts: list[Fact],
    *,
    cause: str,
    reason: str = "",
) -> None:
    """
    Reckon what is owed in a matter, keep and announce what is new in it.
    """
    ledger, programme = Duties(session), policy().programmes.get(row.programme)
    before = {duty.id: duty for duty in ledger.of_matter(row.number)}
    answering = answering_of(row, programme)
    reckoned = duties.reckon(
        row.number,
        row.office,
        facts,
        programme,
        policy().calendar,
        answering=answering,
    )
    now = [duties.settled(duty, before.get(duty.id)) for duty in reckoned]
    changed = [duty for duty in now if duty != before.get(duty.id)]
    told = [e for d in changed for e in duties.announcements(d, before.get(d.id))]
    ledger.put(changed)
    ledger.note(told, cause=cause, reason=reason)
    OUTBOX.announce(session, *told)
    coming = recurrence.next_turn(
        row.number,
        row.office,
        facts,
        programme,
        policy().calendar,
        kind=answering.kind,
    )
    next_turn_on = coming.fact.on if coming else None
    if next_turn_on != row.next_turn_on:
        Matters(session).put(row.number, next_turn_on=next_turn_on)
    _update_escalation(session, row, facts, changed)


def _update_escalation(
    session: Connection,
    row: Any,
    facts: list[Fact],
    changed: list[duties.Duty],
) -> None:
    """
    Let the ladders of supervision follow what changed.
    """
    for ended in follow(
        session,
        row,
        facts=facts,
        changed=changed,
        programme=policy().programmes.get(row.programme),
        calendar=policy().calendar,
    ):
        record(session, ended)


def record(session: Connection, event: Event) -> None:
    """
    Announce what happened in a matter, and reckon anew what follows from it.
    """
    OUTBOX.announce(session, event)
    fact = Fact(event.type, event.occurred_on, event.payload())
    add_fact(session, event.case_number, str(uuid7()), fact)


def recount(session: Connection, number: str) -> None:
    """
    Reckon a matter anew because the calendar has changed, or the programme.
    """
    row, facts = Matters(session).lock(number), Matters(session).facts(number)
    facts += _named(steps_of(row)) if row.is_case else []
    _put_duties(session, row, facts, cause="calendar_extended")
    # Also those that were open before the programme had its ladder.
    _update_escalation(session, row, facts, Duties(session).of_matter(number))


def answering_of(row: Any, programme: Programme) -> duties.Answering:
    """
    Which offices and posts answer for what is owed in a matter (A-50).
    """
    return _answering(
        row.office, row.opened_on, programme, row.leaders, row.handler_post
    )


def _answering(
    code: str,
    on: date,
    programme: Programme,
    named: Iterable[Sequence[str]] = (),
    handler: str | None = None,
) -> duties.Answering:
    office, upper = policy().directory.office(code), policy().directory.parent(code, on)
    offices = {"hub": programme.hub, **({"upper": upper} if upper else {})}
    chiefs = (title for title, post in office.posts.items() if post.chief)
    leaders = (post for holder, post in named if holder == code)
    posts = {
        "chief": next(chiefs, None),
        "leader": next(leaders, None),
        "handler": handler,
        "hub_department": programme.hub_department,
    }
    return duties.Answering(office.kind, offices, posts)


def open_matters(
    session: Connection, beginnings: Sequence[recurrence.Beginning]
) -> None:
    """
    Let periods of offices' papers begin, each a matter of its own.

    All at once where nothing is known of them yet, as of thousands after a stop;
    one by one where an act came before its period.
    """
    matters = Matters(session)
    fresh = matters.begin(
        [(b.number, b.office, b.programme, b.fact.on) for b in beginnings]
    )
    matters.add_facts(
        [(b.number, b.identity, b.fact) for b in beginnings if b.number in fresh]
    )
    opened = [duty for b in beginnings if b.number in fresh for duty in _first(b)]
    told = [event for duty in opened for event in duties.announcements(duty, None)]
    Duties(session).put(opened)
    begin_ladders(session, opened, policy().programmes, policy().calendar)
    Duties(session).note(told, cause=PERIOD)
    OUTBOX.announce(session, *told)
    for each in beginnings:
        if each.number not in fresh:
            _begin_known(session, each)


def _first(beginning: recurrence.Beginning) -> tuple[duties.Duty, ...]:
    """
    What is owed in a matter of which nothing is known but its beginning.
    """
    programme = policy().programmes.get(beginning.programme)
    office, on = beginning.office, beginning.fact.on
    return duties.reckon(
        beginning.number,
        office,
        [beginning.fact],
        programme,
        policy().calendar,
        answering=_answering(office, on, programme),
    )


def _begin_known(session: Connection, beginning: recurrence.Beginning) -> None:
    matters, fact = Matters(session), beginning.fact
    matters.lock(beginning.number)
    matters.put(
        beginning.number,
        office=beginning.office,
        programme=beginning.programme,
        opened_on=fact.on,
    )
    add_fact(session, beginning.number, beginning.identity, fact)


def _named(steps: Iterable[Step]) -> list[Fact]:
    """
    The days on which a case became led, as facts that discharge duties.
    """
    return [
        Fact(events.LeaderNamed.type, step.on, {})
        for step in steps
        if step.kind == "named"
    ]
