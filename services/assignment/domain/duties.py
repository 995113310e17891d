"""
The duty ledger: what an office owes in a matter, reckoned from its facts.

The clock starts from the fact the rule names; nothing else moves it but the signed
records of `adjusting`. A reopened case resumes the old clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from services.assignment import events
from services.assignment.domain import facts as kinds
from services.assignment.domain.counting import Count, Pause
from services.assignment.domain.facts import Fact, Step, changes
from shared.calendar import Calendar
from shared.conditions import Condition
from shared.duties import DutyRule, Trigger, Until
from shared.events import Event
from shared.programme import Cadence, Programme

# standing, what happens -> the new standing; everything else changes nothing.
MOVES = {
    ("open", "discharged"): "discharged",
    ("open", "ended"): "ended",
    ("open", "released"): "released",
    ("open", "waived"): "waived",
    ("open", "paused"): "paused",
    ("paused", "unpaused"): "open",
    ("paused", "discharged"): "discharged",
    ("paused", "ended"): "ended",
    ("paused", "released"): "released",
    ("paused", "waived"): "waived",
    ("discharged", "resumed"): "open",
    ("ended", "resumed"): "open",
    ("released", "restored"): "open",
}
# What may happen to a duty; on one and the same day the first of them that can.
HAPPENINGS = (
    "discharged",
    "ended",
    "released",
    "waived",
    "restored",
    "resumed",
    "paused",
    "unpaused",
)
# How a step stands in the ledger, where that is not its own word.
_WRITTEN = {"restored": "resumed"}
_STATES = {
    "resumed": "open",
    "unpaused": "open",
    "ended": "released",
    "waived": "released",
}
# Steps after which nothing is owed, or nothing for the time being.
_RELEASES = frozenset({"released", "ended", "waived", "paused"})

# How many answers to a notice each fact adds to what is owed.
_ANSWERS_OWED = {kinds.NOTICED: 1, kinds.SENT_BACK: 1, kinds.ANSWERED: -1}


@dataclass(frozen=True)
class Place:
    """
    Whose matter it is, and under which programme.
    """

    number: str
    office: str
    programme: str


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
        last = self.steps[-1].kind if self.steps else "open"
        return _STATES.get(last, last)

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
        return self.late(today) and not self.backdated

    def shown_state(self, today: date) -> str:
        """
        The state as an office reads it: what is late is overdue, or backdated.
        """
        if not self.late(today):
            return self.state
        return "backdated" if self.backdated else "overdue"


@dataclass(frozen=True)
class Clock:
    """
    One running of a rule: opened by a fact, for the so-manieth time if it recurs.
    """

    rule: DutyRule
    opening: Fact
    since: date
    turn: int = 0

    def identity(self, number: str) -> str:
        parts = [number, self.rule.id]
        if self.rule.per:
            parts.append(str(self.opening.payload[self.rule.per]))
        if self.rule.every:
            parts.append(str(self.turn + 1))
        return "/".join(parts)

    def count(self, calendar: Calendar) -> Count:
        """
        How its due day is counted, as long as nobody changes it.
        """
        rule, start, said = self.rule, self.opening.on, self.opening.payload
        limit = rule.due.limit
        if limit is not None and rule.every is not None:
            amount = limit.amount + self.turn * rule.every.amount
            limit = replace(limit, amount=amount)
        day = rule.nth_due(self.turn, start, said, calendar).day
        return Count(start, limit, day)

    def counts_from(self, facts: Sequence[Fact], calendar: Calendar) -> date:
        """
        The first day on which doing it counts.

        Of a batch, the day it was handed down, though its receipt be stamped later
        (A-11). Of a recurring duty, the day after the turn before, so that the answer
        in three months is no follow-up yet (TL-23).
        """
        per = self.rule.per
        if per and not self.rule.every:
            key = self.opening.payload[per]
            known = (each.on for each in facts if each.payload.get(per) == key)
            return min(known, default=self.since)
        limit, every = self.rule.due.limit, self.rule.every
        if self.turn or not limit or not every or limit.amount <= every.amount:
            return self.since
        before = replace(limit, amount=limit.amount - every.amount)
        return calendar.due(self.opening.on, before).day + timedelta(days=1)


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
    place = Place(number, office, programme.code)
    return tuple(
        _duty(clock, facts, place, programme, calendar=calendar, answering=answering)
        for clock in clocks(facts, programme, answering.kind)
    )


def rules_of(
    facts: Sequence[Fact], programme: Programme, kind: str
) -> tuple[DutyRule, ...]:
    """
    The rules a matter stands under: those of the day it came in (A-36).
    """
    begun = (kinds.OPENED, kinds.PETITION, kinds.PERIOD)
    days = [fact.on for fact in facts if fact.type in begun]
    return programme.duty_rules(min(days), kind) if days else programme.duties


def clocks(facts: Sequence[Fact], programme: Programme, kind: str) -> Iterator[Clock]:
    """
    Every clock that *facts* have started in the matter.
    """
    for fact in facts:
        cadence = cadence_of(fact, programme)
        if cadence is not None:
            to = date.fromisoformat(fact.payload["until"])
            rule = paper_rule(cadence, fact, to)
            yield Clock(rule, replace(fact, on=to), fact.on)
    for rule in rules_of(facts, programme, kind):
        for opening in _dated(rule, facts):
            yield Clock(rule, opening, opening.on)
            if rule.every:
                yield from _later_turns(rule, opening, facts)


def openings(rule: DutyRule, facts: Sequence[Fact]) -> Iterator[Fact]:
    """
    The facts that open a duty of *rule*: the first one, or the first of each `per`.

    One that does not say of which, as earlier versions kept it, opens none.
    """
    seen: set[object] = set()
    for fact in sorted(facts, key=lambda each: each.on):
        key = fact.payload.get(rule.per) if rule.per else None
        if rule.per and key is None:
            continue
        if rule.opens(fact.type, fact.payload) and key not in seen:
            seen.add(key)
            yield fact


def _dated(rule: DutyRule, facts: Sequence[Fact]) -> Iterator[Fact]:
    """
    The openings of *rule*; a day that the opening left open is the one first named
    with the leaders (XQ-20). Naming another later moves nothing.
    """
    name = rule.due.fact or ""
    told = [f for f in facts if f.type == kinds.NAMED and f.payload.get(name)]
    first = min(told, key=lambda each: (each.on, each.payload[name]), default=None)
    for opening in openings(rule, facts):
        if first is None or opening.payload.get(name):
            yield opening
        else:
            said = {**opening.payload, name: first.payload[name]}
            yield replace(opening, payload=said)


def cadence_of(fact: Fact, programme: Programme) -> Cadence | None:
    """
    The cadence whose period a fact begins.
    """
    if fact.type != kinds.PERIOD:
        return None
    wanted = fact.payload.get("cadence")
    return next((each for each in programme.cadences if each.id == wanted), None)


def paper_rule(cadence: Cadence, period: Fact, to: date) -> DutyRule:
    """
    The paper owed for one period, as a rule: due after its last day, or on it.
    """
    said = {
        "act": Condition((cadence.act,)),
        "period": Condition((period.payload["period"],)),
    }
    return DutyRule(
        id=cadence.id,
        title=cadence.title,
        opened_by=kinds.PERIOD,
        due=Until(limit=cadence.due) if cadence.due else Until(day=to),
        discharged_by=(Trigger(kinds.ACT, said),),
        source=cadence.source,
    )


def _later_turns(
    rule: DutyRule, opening: Fact, facts: Sequence[Fact]
) -> Iterator[Clock]:
    """
    The turns of a recurring duty that the clock has begun (`periods`).
    """
    key = opening.payload.get(rule.per) if rule.per else None
    for fact in facts:
        said = fact.payload
        ours = fact.type == kinds.PERIOD and said.get("rule") == rule.id
        if ours and said.get("of") == key:
            yield Clock(rule, opening, fact.on, int(said["turn"]))


def _duty(
    clock: Clock,
    facts: Sequence[Fact],
    place: Place,
    programme: Programme,
    *,
    calendar: Calendar,
    answering: Answering,
) -> Duty:
    rule, identity = clock.rule, clock.identity(place.number)
    count, steps = run(clock, identity, facts, calendar)
    due = count.due(calendar)
    owner = rule.owner
    offices = {"own": place.office, **answering.offices}
    for way in ("from", "to"):
        named = clock.opening.payload.get(f"{way}_office")
        if isinstance(named, str):
            offices[way] = named
    return Duty(
        id=identity,
        number=place.number,
        office=offices.get(owner.office, programme.hub),
        programme=place.programme,
        kind=rule.id,
        title=rule.title,
        source=rule.source,
        opened_on=clock.since,
        due_on=due.day,
        provisional=due.provisional,
        steps=steps,
        post=clock.opening.payload.get("department")
        if clock.opening.type == kinds.PERIOD
        else answering.posts.get(owner.post),
        creditor=rule.creditor,
        warn_days=programme.warn_days(rule),
        basis=count.basis(),
        supervised=_unanswered(identity, facts),
        backdated=programme.backdates(rule, clock.count(calendar).day),
    )


def run(
    clock: Clock, identity: str, facts: Sequence[Fact], calendar: Calendar
) -> tuple[Count, tuple[Step, ...]]:
    """
    How the due day of one duty is counted after all *facts*, and what became of it.
    """
    count = _adjusted(clock.count(calendar), identity, facts)
    standing, stopped_on = "open", clock.since
    pauses: list[Pause] = []
    steps: list[Step] = []
    waiting = sorted(_happenings(clock, identity, facts, calendar))
    while waiting:
        on, rank, by = waiting.pop(_next_of_the_day(waiting, standing))
        happening = HAPPENINGS[rank]
        moved = MOVES.get((standing, happening))
        if moved is None:
            continue
        # Done before it was owed: owed for no day.
        day = max(on, clock.since)
        if happening == "paused":
            if day > replace(count, pauses=tuple(pauses)).due(calendar).day:
                continue  # A clock that has run out stands still no more.
            stopped_on = day
        if standing == "paused":
            pauses.append((stopped_on, day))
            if happening != "unpaused":  # What is told as stopped goes on, then ends.
                steps.append(Step(day, "unpaused"))
        standing = moved
        why = by if happening in _RELEASES else ""
        steps.append(Step(day, _WRITTEN.get(happening, happening), why))
    return replace(count, pauses=tuple(pauses)), tuple(steps)


def _next_of_the_day(waiting: Sequence[tuple[date, int, str]], standing: str) -> int:
    """
    What counts next: of the earliest day, what can happen to the duty as it stands.

    So done, sent back and done again on one day ends as done, in whatever order
    it was told.
    """
    for index, (on, rank, _) in enumerate(waiting):
        if on != waiting[0][0]:
            break
        if (standing, HAPPENINGS[rank]) in MOVES:
            return index
    return 0


def _adjusted(count: Count, identity: str, facts: Sequence[Fact]) -> Count:
    """
    With the days granted and the day set instead, by signed record (A-38, JZ-22).
    """
    ours = [fact for fact in facts if fact.payload.get("duty") == identity]
    more = sum(f.payload["days"] for f in ours if f.type == kinds.EXTENDED)
    set_ = [f for f in ours if f.type == kinds.OVERRIDDEN]
    last = max(set_, key=lambda f: (f.on, f.payload["record"]), default=None)
    instead = date.fromisoformat(last.payload["until"]) if last else None
    return replace(count, more=more, instead=instead)


def _happenings(
    clock: Clock, identity: str, facts: Sequence[Fact], calendar: Calendar
) -> Iterator[tuple[date, int, str]]:
    """
    What happens to a duty on which day, and the name of the fact that does it.
    """
    rule, counts_from = clock.rule, clock.counts_from(facts, calendar)
    happens = {
        "discharged": rule.discharged_by,
        "ended": rule.until,
        "released": rule.released_by,
        "restored": rule.restored_by,
        "resumed": rule.resumed_by,
        "paused": rule.waits,
        "unpaused": rule.goes_on,
    }
    signed = {
        kinds.WAIVED: "waived",
        kinds.PAUSED: "paused",
        kinds.UNPAUSED: "unpaused",
    }
    for fact in facts:
        why = str(fact.payload.get("act") or fact.type.partition(".")[2])
        if fact.type in signed:
            if fact.payload.get("duty") == identity:
                yield fact.on, HAPPENINGS.index(signed[fact.type]), why
            continue
        if not _about(clock, fact):
            continue
        for happening, triggers in happens.items():
            if fired(triggers, fact):
                early = fact.on < counts_from and happening == "discharged"
                if not (early and (rule.only_after or rule.every)):
                    yield fact.on, HAPPENINGS.index(happening), why


def fired(triggers: Iterable[Trigger], fact: Fact) -> bool:
    return any(each.fired_by(fact.type, fact.payload) for each in triggers)


def _about(clock: Clock, fact: Fact) -> bool:
    per = clock.rule.per
    return not per or fact.payload.get(per) in {None, clock.opening.payload[per]}


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
        opened = _STATES.get(step.kind) == "open"
        undone = events.DutyDischarged if opened else events.DutyResumed
        yield _event(undone, duty, step.on)
    for step in fresh:
        if _STATES.get(step.kind) == "open":
            yield _event(events.DutyResumed, duty, step.on)
        elif step.kind in _RELEASES:
            yield _event(events.DutyReleased, duty, step.on, reason=step.why)
        else:
            yield _event(events.DutyDischarged, duty, step.on)


def overdue(duty: Duty) -> Event:
    """
    The crossing of the due day, dated to when it became true.
    """
    return _event(events.DutyOverdue, duty, duty.due_on + timedelta(days=1))


def _event(kind: type[Event], duty: Duty, on: date, **more: Any) -> Event:
    if duty.backdated:
        more["backdated"] = True
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
