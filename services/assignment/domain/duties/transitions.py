"""
The transitions of a duty: the facts that discharge, release, pause or resume it.

The outcome does not depend on the order in which the facts were recorded. The due day
moves only by signed records (`adjustments`) and by the pauses of the rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.assignment.domain.duties.deadlines import Deadline, Pause
from services.assignment.domain.duties.instances import DutyInstance
from services.assignment.domain.facts.base import Fact, Step
from services.assignment.domain.facts.closings import CaseRestored, CaseStruckOff
from services.assignment.domain.facts.duties import (
    DutyExtended,
    DutyOverridden,
    DutyPaused,
    DutyUnpaused,
    DutyWaived,
    SignedRecord,
)
from services.assignment.domain.facts.received import (
    CaseMerged,
    CaseWithdrawn,
    PetitionRegistered,
    PetitionStepTaken,
    PetitionWithdrawn,
)
from shared.policy.calendar import Calendar
from shared.policy.duties import Trigger

# state, transition -> the new state; every other transition changes nothing.
_MOVES = {
    ("open", "discharged"): "discharged",
    ("open", "ended"): "ended",
    ("open", "released"): "released",
    ("open", "put_aside"): "put_aside",
    ("open", "waived"): "waived",
    ("open", "paused"): "paused",
    ("paused", "unpaused"): "open",
    ("paused", "discharged"): "discharged",
    ("paused", "ended"): "ended",
    ("paused", "released"): "released",
    ("paused", "put_aside"): "put_aside",
    ("paused", "waived"): "waived",
    ("open", "withdrawn"): "withdrawn",
    ("paused", "withdrawn"): "withdrawn",
    ("discharged", "resumed"): "open",
    ("ended", "resumed"): "open",
    ("put_aside", "restored"): "open",
}
# The transitions of a duty; of several on one day the first that is possible counts.
_TRANSITIONS = (
    "discharged",
    "ended",
    "released",
    "put_aside",
    "waived",
    "withdrawn",
    "restored",
    "resumed",
    "paused",
    "unpaused",
)
# What releases a duty until it is undone: a merge, or passing a petition on.
_REVOCABLE = (CaseMerged, PetitionStepTaken)
# Steps after which nothing is owed, or nothing for the time being.
RELEASES = frozenset(
    {"released", "put_aside", "ended", "waived", "withdrawn", "paused"}
)
# The kind of step a transition is stored as, where that is not its own word.
_WRITTEN = {"restored": "resumed", "put_aside": "released", "withdrawn": "released"}
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

    instance: DutyInstance
    identity: str
    deadline: Deadline
    steps: tuple[Step, ...]
    answers: frozenset[int] = frozenset()


def run_all(
    instances: Iterable[DutyInstance],
    number: str,
    facts: Sequence[Fact],
    calendar: Calendar,
) -> Iterator[Outcome]:
    """
    What became of each duty of the matter *number*.

    Where a rule discharges the oldest only, a fact that has discharged one duty does
    not discharge those opened later.
    """
    spent: dict[str, frozenset[int]] = defaultdict(frozenset)
    for instance in instances:
        rule, identity = instance.rule, instance.identity(number)
        outcome = run(instance, identity, facts, calendar, spent[rule.id])
        if rule.discharges == "oldest":
            spent[rule.id] |= outcome.answers
        yield outcome


def run(
    instance: DutyInstance,
    identity: str,
    facts: Sequence[Fact],
    calendar: Calendar,
    spent: frozenset[int] = frozenset(),
) -> Outcome:
    """
    What became of one duty after all *facts*, without those *spent* on earlier ones.
    """
    deadline = _adjusted(instance.deadline(calendar), identity, facts)
    state, stopped_on = "open", instance.since
    pauses: list[Pause] = []
    steps: list[Step] = []
    answers: set[int] = set()
    waiting = sorted(_transitions(instance, identity, facts, calendar, spent))
    while waiting:
        on, rank, cause, index = waiting.pop(_next_of_the_day(waiting, state))
        transition = _TRANSITIONS[rank]
        moved = _MOVES.get((state, transition))
        if moved is None:
            continue
        # Done before it was owed: owed for no day.
        day = max(on, instance.since)
        if transition == "paused":
            if day > replace(deadline, pauses=tuple(pauses)).due(calendar).day:
                continue  # A limit that has run out is not paused any more.
            stopped_on = day
        if state == "paused":
            pauses.append((stopped_on, day))
            # A duty announced as paused is announced as resumed before it is closed.
            if transition != "unpaused":
                steps.append(Step(day, "unpaused"))
        state = moved
        if transition == "discharged":
            answers.add(index)
        why = cause if transition in RELEASES else ""
        steps.append(Step(day, _WRITTEN.get(transition, transition), why))
    if pauses:
        deadline = replace(deadline, pauses=tuple(pauses))
    return Outcome(instance, identity, deadline, tuple(steps), frozenset(answers))


def _next_of_the_day(waiting: Sequence[tuple[date, int, str, int]], state: str) -> int:
    """
    The transition that counts next: of the earliest day, the first that is possible.

    So what is done, sent back and done again on one day ends as done.
    """
    for index, (on, rank, *_) in enumerate(waiting):
        if on != waiting[0][0]:
            break
        if (state, _TRANSITIONS[rank]) in _MOVES:
            return index
    return 0


def _adjusted(deadline: Deadline, identity: str, facts: Sequence[Fact]) -> Deadline:
    """
    The deadline with the days granted and the day set by signed record (A-38, JZ-22).
    """
    records = [f for f in facts if isinstance(f, SignedRecord) and f.duty == identity]
    if not records:
        return deadline
    more = sum(f.days or 0 for f in records if isinstance(f, DutyExtended))
    overridden = [f for f in records if isinstance(f, DutyOverridden)]
    last = max(overridden, key=lambda f: (f.on, f.record), default=None)
    return replace(deadline, more=more, instead=last.until if last else None)


_OFF_THE_LIST: Mapping[type[Fact], str] = {
    CaseStruckOff: "put_aside",
    CaseRestored: "restored",
}
_WITHOUT_RULE = SignedRecord | CaseStruckOff | CaseRestored
_SIGNED: Mapping[type[Fact], str] = {
    DutyWaived: "waived",
    DutyPaused: "paused",
    DutyUnpaused: "unpaused",
}


def _transitions(
    instance: DutyInstance,
    identity: str,
    facts: Sequence[Fact],
    calendar: Calendar,
    spent: frozenset[int],
) -> Iterator[tuple[date, int, str, int]]:
    """
    The transitions of a duty: day, rank in `_TRANSITIONS`, name and place of the
    causing fact.
    """
    rule, counts_from = instance.rule, instance.counts_from(facts, calendar)
    before = _releases_before(instance, facts)
    strict = rule.only_after or rule.every or instance.opened_before
    struck_off = _first_strike_off(instance, facts)
    for index, fact in enumerate(facts):
        if isinstance(fact, _WITHOUT_RULE):
            named = _without_rule(fact, identity, bears=index >= struck_off)
            if named:
                yield fact.on, _TRANSITIONS.index(named), fact.cause, index
            continue
        withdrawn_on = _withdrawn_on(instance, fact)
        if withdrawn_on:
            yield withdrawn_on, _TRANSITIONS.index("withdrawn"), fact.cause, index
            continue
        waited = rule.transitions_by_type.get(fact.name)
        if waited is None or not _about(instance, fact):
            continue
        for transition in _fired(waited, fact):
            if transition == "discharged" and (
                index in spent
                or fact is instance.opening
                or (strict and fact.on < counts_from)
            ):
                continue
            if transition == "released" and index in before:
                continue
            revocable = transition == "released" and isinstance(fact, _REVOCABLE)
            name = "put_aside" if revocable else transition
            yield fact.on, _TRANSITIONS.index(name), fact.cause, index


def _withdrawn_on(instance: DutyInstance, fact: Fact) -> date | None:
    """
    The day from which a duty is not owed because its matter was withdrawn: of a
    petition that never was one, nothing was ever owed; it stays a petition if only the
    case that came of it was withdrawn.
    """
    if isinstance(fact, PetitionWithdrawn):
        return instance.since
    of_petition = isinstance(instance.opening, PetitionRegistered)
    return fact.on if isinstance(fact, CaseWithdrawn) and not of_petition else None


def _without_rule(fact: Fact, identity: str, *, bears: bool) -> str | None:
    """
    What a record signed for the duty, or a strike-off that *bears* on it, does to it,
    whatever its rule says.
    """
    if isinstance(fact, SignedRecord):
        return _SIGNED.get(type(fact)) if fact.duty == identity else None
    return _OFF_THE_LIST.get(type(fact)) if bears else None


def _first_strike_off(instance: DutyInstance, facts: Sequence[Fact]) -> int:
    """
    From which place in the facts a strike-off bears on a duty: what was undone before
    the duty was opened does not. Of a case that is off the list nothing is owed but the
    answer to its petition (XQ-14).
    """
    if isinstance(instance.opening, PetitionRegistered):
        return len(facts)
    undone = (
        index
        for index, fact in enumerate(facts)
        if isinstance(fact, CaseRestored) and fact.on < instance.since
    )
    return max(undone, default=-1) + 1


def _fired(waited: Iterable[tuple[str, Trigger]], fact: Fact) -> Iterable[str]:
    """
    The transitions, each once, that a fact is the cause of.
    """
    return dict.fromkeys(
        transition
        for transition, trigger in waited
        if trigger.fired_by(fact.name, fact.fields)
    )


def _releases_before(instance: DutyInstance, facts: Sequence[Fact]) -> frozenset[int]:
    """
    The releasing facts that came before the duty was opened, by their place.

    A merge is a state of the matter: it releases what is opened during it. A reopening
    is not: it releases only what was opened before. On the day of a second opening the
    first reopening came before it, unless the case had been reopened on a day between.
    """
    rule = instance.rule
    if rule.per or not rule.released_by:
        return frozenset()
    releases = [
        (fact.on, index)
        for index, fact in enumerate(facts)
        if fired(rule.released_by, fact) and not isinstance(fact, CaseMerged)
    ]
    before = {index for on, index in releases if on < instance.since}
    if instance.opened_before:
        between = any(
            instance.opened_before < on < instance.since for on, _ in releases
        )
        same_day = [index for on, index in releases if on == instance.since]
        before.update(() if between else same_day[:1])
    return frozenset(before)


def _about(instance: DutyInstance, fact: Fact) -> bool:
    """
    Whether a fact concerns this duty, where one is owed for each value of a field.
    """
    per = instance.rule.per
    return not per or fact.get(per) in {None, instance.key}


def fired(triggers: Iterable[Trigger], fact: Fact) -> bool:
    """
    Whether one of *triggers* waits for such a fact.
    """
    return any(trigger.fired_by(fact.name, fact.fields) for trigger in triggers)
