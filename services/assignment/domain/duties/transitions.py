"""
What becomes of a duty: the facts that discharge, release, pause or resume it.

In any order of facts and on one and the same day the outcome is the same. Nothing
moves the clock but the signed records of `adjusting` and the pauses of the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
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
        why = by if happening in RELEASES else ""
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
                yield fact.on, _HAPPENINGS.index(signed[fact.type]), why
            continue
        if not _about(clock, fact):
            continue
        for happening, triggers in happens.items():
            if fired(triggers, fact):
                early = fact.on < counts_from and happening == "discharged"
                if not (early and (rule.only_after or rule.every)):
                    yield fact.on, _HAPPENINGS.index(happening), why


def _about(clock: Clock, fact: Fact) -> bool:
    per = clock.rule.per
    return not per or fact.payload.get(per) in {None, clock.opening.payload[per]}


def fired(triggers: Iterable[Trigger], fact: Fact) -> bool:
    """
    Whether one of *triggers* waits for such a fact.
    """
    return any(each.fired_by(fact.type, fact.payload) for each in triggers)
