"""
What becomes of a duty: the facts that discharge, release, pause or resume it.

In any order of facts and on one and the same day the outcome is the same. Nothing
moves the clock but the signed records of `adjusting` and the pauses of the rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.assignment.domain import facts as kinds
from services.assignment.domain.duties.deadlines import Count, Pause
from services.assignment.domain.duties.instances import Clock
from services.assignment.domain.facts import Fact, Step
from shared.policy.calendar import Calendar
from shared.policy.duties import Trigger

# standing, what happens -> the new standing; everything else changes nothing.
_MOVES = {
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
_HAPPENINGS = (
    "discharged",
    "ended",
    "released",
    "waived",
    "restored",
    "resumed",
    "paused",
    "unpaused",
)
# Steps after which nothing is owed, or nothing for the time being.
RELEASES = frozenset({"released", "ended", "waived", "paused"})
# How a happening is written as a step, where that is not its own word.
_WRITTEN = {"restored": "resumed"}
# The state a step leaves a duty in, where that is not its own word.
_STATES = {
    "resumed": "open",
    "unpaused": "open",
    "ended": "released",
    "waived": "released",
}


def state_after(step: str) -> str:
    """
    The state a kind of step leaves a duty in: open, paused, discharged or released.
    """
    return _STATES.get(step, step)


@dataclass(frozen=True)
class Outcome:
    """
    What became of one duty, and how its due day is counted.

    *answers*: the facts that discharged it, by their place in the matter's facts.
    """

    clock: Clock
    identity: str
    count: Count
    steps: tuple[Step, ...]
    answers: frozenset[int] = frozenset()


def run_all(
    clocks: Iterable[Clock], number: str, facts: Sequence[Fact], calendar: Calendar
) -> Iterator[Outcome]:
    """
    What became of each duty of the matter *number*.

    Where a rule discharges the oldest only, a fact that has discharged one duty is
    gone for those opened later.
    """
    spent: dict[str, frozenset[int]] = defaultdict(frozenset)
    for clock in clocks:
        outcome = run(
            clock, clock.identity(number), facts, calendar, spent[clock.rule.id]
        )
        if clock.rule.discharges == "oldest":
            spent[clock.rule.id] |= outcome.answers
        yield outcome


def run(
    clock: Clock,
    identity: str,
    facts: Sequence[Fact],
    calendar: Calendar,
    spent: frozenset[int] = frozenset(),
) -> Outcome:
    """
    What became of one duty after all *facts*, those *spent* on earlier ones left out.
    """
    count = _adjusted(clock.count(calendar), identity, facts)
    standing, stopped_on = "open", clock.since
    pauses: list[Pause] = []
    steps: list[Step] = []
    answers: set[int] = set()
    waiting = sorted(_happenings(clock, identity, facts, calendar, spent))
    while waiting:
        on, rank, by, index = waiting.pop(_next_of_the_day(waiting, standing))
        happening = _HAPPENINGS[rank]
        moved = _MOVES.get((standing, happening))
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
        if happening == "discharged":
            answers.add(index)
        why = by if happening in RELEASES else ""
        steps.append(Step(day, _WRITTEN.get(happening, happening), why))
    count = replace(count, pauses=tuple(pauses))
    return Outcome(clock, identity, count, tuple(steps), frozenset(answers))


def _next_of_the_day(
    waiting: Sequence[tuple[date, int, str, int]], standing: str
) -> int:
    """
    What counts next: of the earliest day, what can happen to the duty as it stands.

    So done, sent back and done again on one day ends as done, in whatever order
    it was told.
    """
    for index, (on, rank, *_) in enumerate(waiting):
        if on != waiting[0][0]:
            break
        if (standing, _HAPPENINGS[rank]) in _MOVES:
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
    clock: Clock,
    identity: str,
    facts: Sequence[Fact],
    calendar: Calendar,
    spent: frozenset[int],
) -> Iterator[tuple[date, int, str, int]]:
    """
    What happens to a duty on which day, and the name and place of the fact that does.
    """
    rule, counts_from = clock.rule, clock.counts_from(facts, calendar)
    reopenings = _releases_before(clock, facts)
    strict = rule.only_after or rule.every or clock.opened_before
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
    for index, fact in enumerate(facts):
        why = str(fact.payload.get("act") or fact.type.partition(".")[2])
        if fact.type in signed:
            if fact.payload.get("duty") == identity:
                yield fact.on, _HAPPENINGS.index(signed[fact.type]), why, index
            continue
        if not _about(clock, fact):
            continue
        for happening, triggers in happens.items():
            if not fired(triggers, fact):
                continue
            if happening == "discharged" and (
                index in spent or (strict and fact.on < counts_from)
            ):
                continue
            if happening == "released" and index in reopenings:
                continue
            yield fact.on, _HAPPENINGS.index(happening), why, index


def _releases_before(clock: Clock, facts: Sequence[Fact]) -> frozenset[int]:
    """
    The releasing facts that came before the duty was opened, by their place.

    A merge, which can be taken back (`restored_by`), is a state of the matter: it
    releases what is opened during it. A reopening is not: it releases only what was
    opened before. On the day of a second opening the first reopening came before it,
    unless the case had been reopened on a day between.
    """
    rule = clock.rule
    if rule.restored_by or rule.per:
        return frozenset()
    releases = [
        (fact.on, index)
        for index, fact in enumerate(facts)
        if fired(rule.released_by, fact)
    ]
    before = {index for on, index in releases if on < clock.since}
    if clock.opened_before:
        between = any(clock.opened_before < on < clock.since for on, _ in releases)
        same_day = [index for on, index in releases if on == clock.since]
        before.update(() if between else same_day[:1])
    return frozenset(before)


def _about(clock: Clock, fact: Fact) -> bool:
    per = clock.rule.per
    return not per or fact.payload.get(per) in {None, clock.opening.payload[per]}


def fired(triggers: Iterable[Trigger], fact: Fact) -> bool:
    """
    Whether one of *triggers* waits for such a fact.
    """
    return any(each.fired_by(fact.type, fact.payload) for each in triggers)
