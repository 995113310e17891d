"""
The facts that cause the transitions of a duty: those its rule waits for, records signed
for it, and what takes the matter off the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from services.assignment.domain.duties.instances import DutyInstance
from services.assignment.domain.duties.owners import place_of
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.closings import CaseRestored, CaseStruckOff
from services.assignment.domain.facts.duties import (
    DutyPaused,
    DutyUnpaused,
    DutyWaived,
    SignedRecord,
)
from services.assignment.domain.facts.received import (
    CaseMerged,
    CaseReinstated,
    CaseWithdrawn,
    PetitionRegistered,
    PetitionStepTaken,
    PetitionWithdrawn,
)
from shared.policy.calendar import Calendar
from shared.policy.parts.duties import Trigger

# The transitions of a duty; of several on one day the first that is possible counts.
TRANSITIONS = (
    "handed_over",
    "discharged",
    "ended",
    "released",
    "put_aside",
    "waived",
    "withdrawn",
    "reinstated",
    "restored",
    "resumed",
    "paused",
    "unpaused",
)
# What releases a duty until it is undone: a merge, or passing a petition on.
_REVOCABLE = (CaseMerged, PetitionStepTaken)
_OFF_THE_LIST: Mapping[type[Fact], str] = {
    CaseStruckOff: "put_aside",
    CaseRestored: "restored",
    CaseWithdrawn: "withdrawn",
    CaseReinstated: "reinstated",
    PetitionWithdrawn: "withdrawn",
}
_SIGNED: Mapping[type[Fact], str] = {
    DutyWaived: "waived",
    DutyPaused: "paused",
    DutyUnpaused: "unpaused",
}


def transitions_of(
    instance: DutyInstance,
    identity: str,
    facts: Sequence[Fact],
    calendar: Calendar,
    spent: frozenset[int],
) -> Iterator[tuple[date, int, str, int]]:
    """
    The transitions of a duty: day, rank in `TRANSITIONS`, name and place of the
    causing fact.
    """
    rule, counts_from = instance.rule, _counts_from(instance, facts, calendar)
    earlier_releases = _releases_before(instance, facts)
    # What recurs, or was opened before, would else be discharged by the answer to the
    # opening before.
    strict = rule.only_after or rule.every or instance.opened_before
    bearing = _bearing(instance, facts)
    for index, fact in enumerate(facts):
        if isinstance(fact, SignedRecord) or type(fact) in _OFF_THE_LIST:
            named = _without_rule(fact, identity, bears=index in bearing)
            # For a petition that should never have been registered nothing was ever
            # owed.
            never_owed = isinstance(fact, PetitionWithdrawn)
            on = instance.since if never_owed else fact.on
            if named:
                yield on, TRANSITIONS.index(named), fact.cause, index
            continue
        waited = rule.transitions_by_type.get(fact.name)
        if waited is None or not _about(instance, fact):
            continue
        for transition in _fired(waited, fact):
            if transition == "discharged" and (
                index in spent
                or fact is instance.opening
                or (strict and (fact.on, index) < counts_from)
            ):
                continue
            if transition == "released" and index in earlier_releases:
                continue
            # What these release is owed again if they are undone.
            revocable = transition == "released" and isinstance(fact, _REVOCABLE)
            name = "put_aside" if revocable else transition
            yield fact.on, TRANSITIONS.index(name), fact.cause, index


def _counts_from(
    instance: DutyInstance, facts: Sequence[Fact], calendar: Calendar
) -> tuple[date, int]:
    """
    The first day on which doing it counts, and the place in the facts from which it
    counts on that day.

    Under `only_after` that place is the opening's, or the first fact's of that day
    about its `per`; otherwise the whole day counts, so that the order of recording
    decides nothing.
    """
    rule, day = instance.rule, instance.counts_from(facts, calendar)
    if not rule.only_after or rule.every:
        return day, 0
    if rule.per is None:
        return day, place_of(instance.opening, facts)
    about = (
        place
        for place, fact in enumerate(facts)
        if fact.on == day and fact.get(rule.per) == instance.key
    )
    return day, next(about, 0)


def _without_rule(fact: Fact, identity: str, *, bears: bool) -> str | None:
    """
    Return the transition that a fact causes whatever the rule of the duty says: a
    record signed for the duty, or a strike-off that *bears* on it.
    """
    if isinstance(fact, SignedRecord):
        return _SIGNED.get(type(fact)) if fact.duty == identity else None
    return _OFF_THE_LIST.get(type(fact)) if bears else None


def _bearing(instance: DutyInstance, facts: Sequence[Fact]) -> frozenset[int]:
    """
    Return the places of the facts that strike the matter off or put it back and concern
    this duty. What was undone before the duty was opened does not concern it.

    Without the case nothing is owed but the answer to its petition (XQ-14), and nothing
    at all without the petition.
    """
    places: dict[type[Fact], list[int]] = {kind: [] for kind in _OFF_THE_LIST}
    for place, fact in enumerate(facts):
        if type(fact) in _OFF_THE_LIST:
            places[type(fact)].append(place)
    if isinstance(instance.opening, PetitionRegistered):
        return frozenset(places[PetitionWithdrawn])
    before = (p for p in places[CaseRestored] if facts[p].on < instance.since)
    # A strike-off that was undone before the duty was opened takes nothing off it.
    undone = max(before, default=-1)
    strikes = (*places[CaseStruckOff], *places[CaseRestored])
    # Intake's events may arrive in any order; of a case they alternate by their days.
    withdrawals, reinstatements = (
        sorted(places[kind], key=lambda place: facts[place].on)
        for kind in (CaseWithdrawn, CaseReinstated)
    )
    # As many withdrawals as reinstatements were over when it was opened.
    over = sum(facts[place].on <= instance.since for place in reinstatements)
    later = (place for place in strikes if place > undone)
    return frozenset(
        (
            *places[PetitionWithdrawn],
            *later,
            *withdrawals[over:],
            *reinstatements[over:],
        )
    )


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
    is not: it releases only what was opened before. On the day of a later opening those
    reopenings came before it that were recorded before it.

    Where one is owed for each value of a field, only what was also recorded before the
    opening, and is not about that value alone.
    """
    rule = instance.rule
    if not rule.released_by:
        return frozenset()
    releases = [
        (fact.on, index)
        for index, fact in enumerate(facts)
        if fired(rule.released_by, fact) and not isinstance(fact, CaseMerged)
    ]
    place = place_of(instance.opening, facts)
    if rule.per:
        return frozenset(
            index
            for on, index in releases
            if on <= instance.since
            and index < place
            and facts[index].get(rule.per) is None
        )
    before = {index for on, index in releases if on < instance.since}
    if instance.opened_before:
        same_day = (index for on, index in releases if on == instance.since)
        before.update(index for index in same_day if index < place)
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
