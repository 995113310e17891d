"""
The duty ledger: what an office owes in a matter, reckoned from its facts.

The clock starts from the fact the rule names; nothing else moves it. A reopened
case resumes the old clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from services.assignment import events
from services.assignment.domain.facts import Fact, Step, changes
from shared.calendar import Calendar
from shared.duties import DutyRule
from shared.events import Event
from shared.programme import Programme

# state, what happens -> the new state; everything else changes nothing.
MOVES = {
    ("open", "discharged"): "discharged",
    ("open", "released"): "released",
    ("discharged", "resumed"): "open",
    ("released", "restored"): "open",
}
# What may happen to a duty, in the order it counts on one and the same day.
HAPPENINGS = ("discharged", "released", "restored", "resumed")


@dataclass(frozen=True)
class Place:
    """
    Whose matter it is, and under which programme.
    """

    number: str
    office: str
    programme: str


@dataclass(frozen=True)
class Duty:
    """
    One thing owed: by *office*, from *opened_on*, until the end of *due_on*.

    *provisional*: counted past the known calendar. *steps* are the changes so far.
    """

    id: str
    number: str
    office: str
    programme: str
    kind: str
    title: str
    source: str
    opened_on: date
    due_on: date
    provisional: bool
    steps: tuple[Step, ...]

    @property
    def state(self) -> str:
        last = self.steps[-1].kind if self.steps else "open"
        return "open" if last == "resumed" else last

    @property
    def state_on(self) -> date:
        return self.steps[-1].on if self.steps else self.opened_on


def reckon(
    number: str,
    office: str,
    facts: Sequence[Fact],
    programme: Programme,
    calendar: Calendar,
) -> tuple[Duty, ...]:
    """
    Every duty that *facts* have opened in the matter, as it stands now.
    """
    return tuple(
        _duty(rule, opening, facts, Place(number, office, programme.code), calendar)
        for rule in programme.duties
        for opening in _openings(rule, facts)
    )


def _openings(rule: DutyRule, facts: Sequence[Fact]) -> Iterator[Fact]:
    """
    The facts that open a duty of *rule*: the first one, or the first of each `per`.
    """
    seen = set()
    for fact in sorted(facts, key=lambda each: each.on):
        key = fact.payload.get(rule.per) if rule.per else None
        if rule.opens(fact.type, fact.payload) and key not in seen:
            seen.add(key)
            yield fact


def _duty(
    rule: DutyRule,
    opening: Fact,
    facts: Sequence[Fact],
    place: Place,
    calendar: Calendar,
) -> Duty:
    due = rule.due_on(opening.on, opening.payload, calendar)
    parts = [place.number, rule.id]
    if rule.per:
        parts.append(str(opening.payload[rule.per]))
    return Duty(
        id="/".join(parts),
        number=place.number,
        office=place.office,
        programme=place.programme,
        kind=rule.id,
        title=rule.title,
        source=rule.source,
        opened_on=opening.on,
        due_on=due.day,
        provisional=due.provisional,
        steps=tuple(_steps(rule, opening, facts)),
    )


def _steps(rule: DutyRule, opening: Fact, facts: Sequence[Fact]) -> Iterator[Step]:
    state = "open"
    for on, rank in sorted(_happenings(rule, opening, facts)):
        happening = HAPPENINGS[rank]
        moved = MOVES.get((state, happening))
        if moved is not None:
            state = moved
            yield Step(on, "resumed" if happening == "restored" else happening)


def _happenings(
    rule: DutyRule, opening: Fact, facts: Sequence[Fact]
) -> Iterator[tuple[date, int]]:
    tests = (rule.discharged, rule.released, rule.restored, rule.resumed)
    for fact in facts:
        about = not rule.per or (
            fact.payload.get(rule.per) in {None, opening.payload[rule.per]}
        )
        for rank, test in enumerate(tests):
            if about and test(fact.type, fact.payload):
                # Done before it was owed: owed for no day.
                yield max(fact.on, opening.on), rank


def announcements(duty: Duty, before: Duty | None) -> Iterator[Event]:
    """
    What to announce so that readers who knew *before* now know *duty*.
    """
    if before is None:
        yield _event(events.DutyOpened, duty, duty.opened_on)
        before = replace(duty, steps=())
    elif before.due_on != duty.due_on:
        # What was told of the old due day is taken back, and told of the new one.
        yield from _told(replace(before, steps=()), before.steps)
        yield _event(events.DutyMoved, duty, duty.opened_on, due_before=before.due_on)
        before = replace(duty, steps=())
    yield from _told(duty, before.steps)


def _told(duty: Duty, before: Sequence[Step]) -> Iterator[Event]:
    """
    The steps that *before* has and *duty* has not, taken back; then those it has new.
    """
    gone, fresh = changes(before, duty.steps)
    for step in gone:
        undone = events.DutyDischarged if step.kind == "resumed" else events.DutyResumed
        yield _event(undone, duty, step.on)
    for step in fresh:
        if step.kind == "released":
            yield _event(events.DutyReleased, duty, step.on, reason="merged")
        elif step.kind == "resumed":
            yield _event(events.DutyResumed, duty, step.on)
        else:
            yield _event(events.DutyDischarged, duty, step.on)


def overdue(duty: Duty) -> Event:
    """
    The crossing of the due day, dated to when it became true.
    """
    return _event(events.DutyOverdue, duty, duty.due_on + timedelta(days=1))


def _event(kind: type[Event], duty: Duty, on: date, **more: Any) -> Event:
    return kind(
        office=duty.office,
        case_number=duty.number,
        occurred_on=on,
        programme=duty.programme,  # type: ignore[call-arg]
        duty=duty.id,
        kind=duty.kind,
        due_on=duty.due_on,
        **more,
    )
