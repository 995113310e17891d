"""
The duty ledger: what an office owes in a matter, reckoned from its facts.

The `clocks` that the facts have started, each with what became of it (`happenings`);
then what is to be announced of the difference to what was known before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from services.assignment import events
from services.assignment.domain import facts as kinds
from services.assignment.domain.duties.instances import Clock, clocks
from services.assignment.domain.duties.transitions import (
    RELEASES,
    Outcome,
    run_all,
    state_after,
)
from services.assignment.domain.facts import Fact, Step, changes
from services.assignment.events.duties import DutyEvent
from shared.events import Event
from shared.policy.calendar import Calendar
from shared.policy.programme import Programme

# How many answers to a notice each fact adds to what is owed.
_ANSWERS_OWED = {kinds.NOTICED: 1, kinds.SENT_BACK: 1, kinds.ANSWERED: -1}


@dataclass(frozen=True)
class Answering:
    """
    Who may owe something in a matter: the kind of the responsible office, the offices
    `hub`, `upper`, `from` and `to`, and the posts that answer for it (A-50).
    """

    kind: str = ""
    offices: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Duty:
    """
    One thing owed: by *office*, from *opened_on*, until the end of *due_on*.

    *provisional*: counted past the known calendar. *basis*: what the due day was
    counted from. *supervised*: a notice about it waits for an answer. *backdated*: its
    day was over before the programme was issued, so that it never gets overdue (A-03).
    *steps* are the changes so far.
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
    post: str | None = None
    creditor: str = "upper"
    warn_days: int = 3
    basis: str = ""
    supervised: bool = False
    backdated: bool = False

    @property
    def state(self) -> str:
        return state_after(self.steps[-1].kind) if self.steps else "open"

    @property
    def state_on(self) -> date:
        return self.steps[-1].on if self.steps else self.opened_on

    @property
    def closed(self) -> bool:
        return self.state in {"discharged", "released"}

    def late(self, today: date) -> bool:
        """
        Whether its day has passed undone, be it overdue or backdated.
        """
        return self.state == "open" and self.due_on < today

    def overdue(self, today: date) -> bool:
        """
        Whether its day has passed undone and counts against the office (A-03).
        """
        return self.late(today) and not self.backdated

    def shown_state(self, today: date) -> str:
        """
        The state as an office reads it: what is late is overdue, or backdated.
        """
        if not self.late(today):
            return self.state
        return "backdated" if self.backdated else "overdue"


def reckon(
    number: str,
    office: str,
    facts: Sequence[Fact],
    programme: Programme,
    calendar: Calendar,
    *,
    answering: Answering | None = None,
) -> tuple[Duty, ...]:
    """
    Every duty that *facts* have opened in the matter, as it stands now.
    """
    answering = answering or Answering()
    return tuple(
        _duty(
            outcome,
            facts,
            programme,
            calendar,
            number=number,
            office=office,
            answering=answering,
        )
        for outcome in run_all(
            clocks(facts, programme, answering.kind), number, facts, calendar
        )
    )


def _duty(
    outcome: Outcome,
    facts: Sequence[Fact],
    programme: Programme,
    calendar: Calendar,
    *,
    number: str,
    office: str,
    answering: Answering,
) -> Duty:
    clock, count, identity = outcome.clock, outcome.count, outcome.identity
    rule = clock.rule
    due = count.due(calendar)
    offices = {"own": office, **answering.offices, **_named_in(clock.opening)}
    return Duty(
        id=identity,
        number=number,
        office=offices.get(rule.owner.office, programme.hub),
        programme=programme.code,
        kind=rule.id,
        title=rule.title,
        source=rule.source,
        opened_on=clock.since,
        due_on=due.day,
        provisional=due.provisional,
        steps=outcome.steps,
        post=_post(clock, answering),
        creditor=rule.creditor,
        warn_days=programme.warn_days(rule),
        basis=count.basis(),
        supervised=_unanswered(identity, facts),
        backdated=programme.backdates(rule, clock.count(calendar).day),
    )


def _named_in(opening: Fact) -> dict[str, str]:
    """
    The offices that the opening itself says: whence the matter came, whither it went.
    """
    said = {way: opening.payload.get(f"{way}_office") for way in ("from", "to")}
    return {way: code for way, code in said.items() if isinstance(code, str)}


def _post(clock: Clock, answering: Answering) -> str | None:
    """
    The post that answers for it; of a paper, the department that owes it.
    """
    if clock.opening.type == kinds.PERIOD:
        department: str | None = clock.opening.payload.get("department")
        return department
    return answering.posts.get(clock.rule.owner.post)


def _unanswered(identity: str, facts: Iterable[Fact]) -> bool:
    """
    Whether a supervision notice about the duty, or the whole matter, waits.
    """
    about, over, owed = set(), set(), Counter[object]()
    for fact in facts:
        notice = fact.payload.get("notice")
        owed[notice] += _ANSWERS_OWED.get(fact.type, 0)
        if fact.type == kinds.NOTICE_ENDED:
            over.add(notice)
        noticed = fact.type == kinds.NOTICED
        if noticed and fact.payload.get("duty") in {None, identity}:
            about.add(notice)
    return any(owed[notice] > 0 for notice in about - over)


def settled(duty: Duty, before: Duty | None) -> Duty:
    """
    *duty* with the due day it had, if it is closed and only the calendar differs.
    """
    if before is None or before.basis != duty.basis:
        return duty
    if not (before.closed or duty.closed):
        return duty
    return replace(duty, due_on=before.due_on, provisional=before.provisional)


def announcements(duty: Duty, before: Duty | None) -> Iterator[Event]:
    """
    What to announce so that readers who knew *before* now know *duty*.
    """
    if before is None:
        yield _event(events.DutyOpened, duty, duty.opened_on)
        before = replace(duty, steps=())
    elif (before.due_on, before.backdated) != (duty.due_on, duty.backdated):
        # What was told of the old due day is taken back, and told of the new one.
        yield from _told(replace(before, steps=()), before.steps)
        yield _event(
            events.DutyMoved,
            duty,
            duty.opened_on,
            due_before=before.due_on,
            backdated_before=before.backdated,
        )
        before = replace(duty, steps=())
    yield from _told(duty, before.steps)


def _told(duty: Duty, before: Sequence[Step]) -> Iterator[Event]:
    """
    The steps that *before* has and *duty* has not, taken back; then those it has new.
    """
    gone, fresh = changes(before, duty.steps)
    for step in gone:
        opened = state_after(step.kind) == "open"
        undone = events.DutyDischarged if opened else events.DutyResumed
        yield _event(undone, duty, step.on)
    for step in fresh:
        if state_after(step.kind) == "open":
            yield _event(events.DutyResumed, duty, step.on)
        elif step.kind in RELEASES:
            yield _event(events.DutyReleased, duty, step.on, reason=step.why)
        else:
            yield _event(events.DutyDischarged, duty, step.on)


def overdue(duty: Duty) -> Event:
    """
    The crossing of the due day, dated to when it became true.
    """
    return _event(events.DutyOverdue, duty, duty.due_on + timedelta(days=1))


def _event(kind: type[DutyEvent], duty: Duty, on: date, **more: Any) -> Event:
    if duty.backdated:
        more["backdated"] = True
    return kind(
        office=duty.office,
        case_number=duty.number,
        occurred_on=on,
        programme=duty.programme,
        duty=duty.id,
        kind=duty.kind,
        due_on=duty.due_on,
        **more,
    )
