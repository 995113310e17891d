"""
The transitions of a duty: the facts that discharge, release, pause or resume it.

The outcome does not depend on the order in which the facts were recorded. The due day
moves only by signed records (`adjustments`) and by the pauses of the rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    CaseReinstated,
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
    ("withdrawn", "reinstated"): "open",
    ("open", "handed_over"): "open",
    ("paused", "handed_over"): "paused",
}
Waiting = tuple[date, int, int, str, int]
"""
A transition that waits: its day, the number of moves before it, its rank in
`_TRANSITIONS`, the name of the causing fact and its place in the facts.
"""

# The transitions of a duty; of several on one day the first that is possible counts.
_TRANSITIONS = (
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
# Steps after which nothing is owed, or nothing for the time being.
RELEASES = frozenset(
    {"released", "put_aside", "ended", "waived", "withdrawn", "paused"}
)
# The kind of step a transition is stored as, where that is not its own word.
_WRITTEN = {
    "restored": "resumed",
    "reinstated": "resumed",
    "put_aside": "released",
    "withdrawn": "released",
}
# The state a step leaves a duty in, where that is not its own word.
_STATES = {
    "handed_over": "open",
    "handed_over_paused": "paused",
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


HAND_OVERS = frozenset({"handed_over", "handed_over_paused"})
"""
The kinds of steps with which another office owes a duty; why: the office before.
"""


@dataclass(frozen=True)
class Move:
    """
    From a fact on, at *place* in the matter's facts, another office owes what is open:
    *to*. What it takes over is not due before *not_before*.
    """

    on: date
    place: int
    to: str
    not_before: date | None = None

    def before(self, on: date, place: int) -> bool:
        """
        Whether it came before something of a day and a place, or is that itself.
        """
        return (self.on, self.place) <= (on, place)


@dataclass(frozen=True)
class Owners:
    """
    Who owes a duty: the office *first*, and the moves to others in order.
    """

    first: str = ""
    moves: tuple[Move, ...] = ()

    def moves_until(self, on: date, place: int) -> int:
        """
        How many of the moves came before something of a day and a place.
        """
        return sum(move.before(on, place) for move in self.moves)

    def moves_at(self, instance: DutyInstance, facts: Sequence[Fact]) -> int:
        """
        How many of the moves came before a duty was opened.
        """
        if not self.moves:
            return 0
        return self.moves_until(instance.since, _place(instance.opening, facts))

    def after(self, moves: int) -> str:
        """
        The office that owes after so many moves.
        """
        return self.moves[moves - 1].to if moves else self.first


@dataclass(frozen=True)
class Outcome:
    """
    What became of one duty, and how its due day is counted.

    *owner*: the office that owes it, or owed it last; *past*: the offices that owed it
    before, each with the day until which. *answers*: the facts that discharged it, by
    their place in the matter's facts.
    """

    instance: DutyInstance
    identity: str
    deadline: Deadline
    steps: tuple[Step, ...]
    owner: str = ""
    past: tuple[tuple[str, date], ...] = ()
    answers: frozenset[int] = frozenset()


def run_all(
    instances: Iterable[DutyInstance],
    number: str,
    facts: Sequence[Fact],
    calendar: Calendar,
    owners_of: Callable[[DutyInstance], Owners] = lambda _instance: Owners(),
) -> Iterator[Outcome]:
    """
    What became of each duty of the matter *number*, owed by its *owners_of*.

    Where a rule discharges the oldest only, a fact that has discharged one duty does
    not discharge those opened later.
    """
    spent: dict[str, frozenset[int]] = defaultdict(frozenset)
    for instance in instances:
        rule, identity = instance.rule, instance.identity(number)
        owners = owners_of(instance)
        spent_before = spent[rule.id]
        outcome = run(instance, identity, facts, calendar, spent_before, owners=owners)
        if rule.discharges == "oldest":
            spent[rule.id] |= outcome.answers
        yield outcome


def run(
    instance: DutyInstance,
    identity: str,
    facts: Sequence[Fact],
    calendar: Calendar,
    spent: frozenset[int] = frozenset(),
    *,
    owners: Owners = Owners(),
) -> Outcome:
    """
    What became of one duty after all *facts*, without those *spent* on earlier ones.
    """
    course = _Course(instance, identity, facts, calendar, owners)
    found = _transitions(instance, identity, facts, calendar, spent)
    waiting = sorted(_ordered(found, owners))
    while waiting:
        course.take(waiting.pop(_next_of_the_day(waiting, course.state)))
    return course.outcome()


class _Course:
    """
    What becomes of one duty, transition by transition. *held*: after how many moves of
    its matter its present owner owes it.
    """

    def __init__(
        self,
        instance: DutyInstance,
        identity: str,
        facts: Sequence[Fact],
        calendar: Calendar,
        owners: Owners,
    ) -> None:
        self.instance, self.identity, self.facts = instance, identity, facts
        self.calendar, self.owners = calendar, owners
        self.deadline = _adjusted(instance.deadline(calendar), identity, facts)
        self.state, self.stopped_on = "open", instance.since
        self.pauses: list[Pause] = []
        self.steps: list[Step] = []
        self.answers: set[int] = set()
        self.past: list[tuple[str, date]] = []
        self.held = owners.moves_at(instance, facts)

    def take(self, waiting: Waiting) -> None:
        """
        Let a transition happen, if it can in the state the duty is in.
        """
        on, turn, rank, cause, place = waiting
        transition = _TRANSITIONS[rank]
        moved = _MOVES.get((self.state, transition))
        # Done before it was owed: owed for no day.
        day = max(on, self.instance.since)
        if moved is None or (transition == "paused" and self._has_run_out(day)):
            return
        if transition != "handed_over":
            self._change(transition, moved, day, cause)
        if transition == "discharged":
            self.answers.add(place)
        # What was closed when the case moved is handed over once it is owed again.
        if turn > self.held and self.state in {"open", "paused"}:
            self._hand_over(turn, day)

    def _has_run_out(self, day: date) -> bool:
        """
        Whether the limit has run out: it is not paused any more.
        """
        deadline = replace(self.deadline, pauses=tuple(self.pauses))
        return day > deadline.due(self.calendar).day

    def _change(self, transition: str, moved: str, day: date, cause: str) -> None:
        if transition == "paused":
            self.stopped_on = day
        if self.state == "paused":
            self.pauses.append((self.stopped_on, day))
            # A duty announced as paused is announced as resumed before it is closed.
            if transition != "unpaused":
                self.steps.append(Step(day, "unpaused"))
        self.state = moved
        why = cause if transition in RELEASES else ""
        self.steps.append(Step(day, _WRITTEN.get(transition, transition), why))

    def _hand_over(self, turn: int, day: date) -> None:
        """
        Let the owner after *turn* moves owe it, who may be the same as before.
        """
        before = self.owners.after(self.held)
        if self.owners.after(turn) != before:
            self.past.append((before, self._due_at(self.owners.moves[self.held].place)))
            kind = "handed_over" if self.state == "open" else "handed_over_paused"
            self.steps.append(Step(day, kind, before))
        self.held = turn

    def _due_at(self, place: int) -> date:
        """
        The due day as it was after the facts before a *place*.
        """
        plain = self.instance.deadline(self.calendar)
        deadline = replace(
            _adjusted(plain, self.identity, self.facts[:place]),
            pauses=tuple(self.pauses),
            not_before=self._not_before(),
        )
        return deadline.due(self.calendar).day

    def _not_before(self) -> date | None:
        """
        The day before which nothing is due that was taken over with the last move;
        another day set by signed record since then goes before that.
        """
        if not self.past or not self.held:
            return None
        move = self.owners.moves[self.held - 1]
        later = self.facts[move.place :]
        named = any(
            isinstance(fact, DutyOverridden) and fact.duty == self.identity
            for fact in later
        )
        return None if named else move.not_before

    def outcome(self) -> Outcome:
        """
        What became of it.
        """
        deadline = self.deadline
        if self.pauses or self.past:
            deadline = replace(
                deadline, pauses=tuple(self.pauses), not_before=self._not_before()
            )
        return Outcome(
            self.instance,
            self.identity,
            deadline,
            tuple(self.steps),
            self.owners.after(self.held),
            tuple(self.past),
            frozenset(self.answers),
        )


def _place(opening: Fact, facts: Sequence[Fact]) -> int:
    """
    The place of an opening in the facts; the last, if it is not among them.
    """
    places = (place for place, fact in enumerate(facts) if fact is opening)
    return next(places, len(facts))


def _ordered(
    found: Iterable[tuple[date, int, str, int]], owners: Owners
) -> Iterator[Waiting]:
    """
    The transitions of a duty, and the moves of its matter, each after how many moves.
    """
    for turn, move in enumerate(owners.moves, start=1):
        yield move.on, turn, _TRANSITIONS.index("handed_over"), "", move.place
    for on, rank, cause, place in found:
        yield on, owners.moves_until(on, place), rank, cause, place


def _next_of_the_day(waiting: Sequence[Waiting], state: str) -> int:
    """
    The transition that counts next: of the earliest day, and there before the next
    move, the first that is possible.

    So what is done, sent back and done again on one day ends as done.
    """
    for index, (on, turn, rank, *_) in enumerate(waiting):
        if (on, turn) != waiting[0][:2]:
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
    CaseWithdrawn: "withdrawn",
    CaseReinstated: "reinstated",
    PetitionWithdrawn: "withdrawn",
}
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
    bearing = _bearing(instance, facts)
    for index, fact in enumerate(facts):
        if isinstance(fact, SignedRecord) or type(fact) in _OFF_THE_LIST:
            named = _without_rule(fact, identity, bears=index in bearing)
            # Of a petition that never was one, nothing was ever owed.
            never = isinstance(fact, PetitionWithdrawn)
            on = instance.since if never else fact.on
            if named:
                yield on, _TRANSITIONS.index(named), fact.cause, index
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


def _without_rule(fact: Fact, identity: str, *, bears: bool) -> str | None:
    """
    What a record signed for the duty, or a strike-off that *bears* on it, does to it,
    whatever its rule says.
    """
    if isinstance(fact, SignedRecord):
        return _SIGNED.get(type(fact)) if fact.duty == identity else None
    return _OFF_THE_LIST.get(type(fact)) if bears else None


def _bearing(instance: DutyInstance, facts: Sequence[Fact]) -> frozenset[int]:
    """
    The places of the facts that take the matter off the list or put it back, as far as
    they bear on a duty: not those that were undone before it was opened.

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
    undone = max(before, default=-1)
    strikes = (*places[CaseStruckOff], *places[CaseRestored])
    # Intake's events may arrive in any order; of a case they alternate by their days.
    gone, back = (
        sorted(places[kind], key=lambda place: facts[place].on)
        for kind in (CaseWithdrawn, CaseReinstated)
    )
    over = sum(facts[place].on <= instance.since for place in back)
    later = (place for place in strikes if place > undone)
    return frozenset((*places[PetitionWithdrawn], *later, *gone[over:], *back[over:]))


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
    before = {index for on, index in releases if on < instance.since}
    if rule.per:
        place = _place(instance.opening, facts)
        return frozenset(
            index
            for index in before
            if index < place and facts[index].get(rule.per) is None
        )
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
