"""
The transitions of a duty: the facts that discharge, release, pause or resume it.

The outcome does not depend on the order in which the facts were recorded. The due day
moves only by signed records (`adjustments`) and by the pauses of the rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.assignment.domain.duties.causes import TRANSITIONS, transitions_of
from services.assignment.domain.duties.deadlines import Deadline, Pause
from services.assignment.domain.duties.instances import DutyInstance
from services.assignment.domain.duties.owners import NOBODY, Owners
from services.assignment.domain.facts.base import Fact, Step
from services.assignment.domain.facts.duties import (
    DutyExtended,
    DutyOverridden,
    SignedRecord,
)
from shared.policy.calendar import Calendar

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
`TRANSITIONS`, the name of the causing fact and its place in the facts.
"""

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
    owners_of: Callable[[DutyInstance], Owners] = lambda _instance: NOBODY,
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
        # Instances come by the day of their opening, so the oldest takes an answer
        # first.
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
    owners: Owners = NOBODY,
) -> Outcome:
    """
    What became of one duty after all *facts*, without those *spent* on earlier ones.
    """
    course = _Course(instance, identity, facts, calendar, owners)
    transitions = transitions_of(instance, identity, facts, calendar, spent)
    waiting = sorted(_ordered(transitions, owners))
    while waiting:
        # Taken one by one, since what is possible depends on what happened before it.
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
        transition = TRANSITIONS[rank]
        next_state = _MOVES.get((self.state, transition))
        # Done before it was owed: owed for no day.
        day = max(on, self.instance.since)
        if next_state is None or (transition == "paused" and self._has_run_out(day)):
            return
        # A move changes the owner alone (`_hand_over`), not the state.
        if transition != "handed_over":
            self._change(transition, next_state, day, cause)
        if transition == "discharged":
            self.answers.add(place)
        # What was closed when the case moved is handed over once it is owed again.
        if turn > self.held and self.state in {"open", "paused"}:
            self._hand_over(turn, day)

    def _has_run_out(self, day: date) -> bool:
        """
        Whether the limit has run out: it is not paused any more.
        """
        # With the pauses so far: each moves the last day.
        deadline = replace(self.deadline, pauses=tuple(self.pauses))
        return day > deadline.due(self.calendar).day

    def _change(self, transition: str, next_state: str, day: date, cause: str) -> None:
        if transition == "paused":
            self.stopped_on = day
        # Whatever ends a pause, its days do not count.
        if self.state == "paused":
            self.pauses.append((self.stopped_on, day))
            # A duty announced as paused is announced as resumed before it is closed.
            if transition != "unpaused":
                self.steps.append(Step(day, "unpaused"))
        self.state = next_state
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
            # Records signed after the move are those of the next office.
            _adjusted(plain, self.identity, self.facts[:place]),
            pauses=tuple(self.pauses),
            not_before=self._not_before(),
        )
        return deadline.due(self.calendar).day

    def _not_before(self) -> date | None:
        """
        Return the first day on which something can be due that was taken over with the
        last move. A day set by signed record since then takes precedence.
        """
        if not self.past or not self.held:
            return None
        move = self.owners.moves[self.held - 1]
        later = self.facts[move.place :]
        is_set = any(
            isinstance(fact, DutyOverridden) and fact.duty == self.identity
            for fact in later
        )
        return None if is_set else move.not_before

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


def _ordered(
    transitions: Iterable[tuple[date, int, str, int]], owners: Owners
) -> Iterator[Waiting]:
    """
    The transitions of a duty, and the moves of its matter, each after how many moves.
    """
    for turn, move in enumerate(owners.moves, start=1):
        yield move.on, turn, TRANSITIONS.index("handed_over"), "", move.place
    for on, rank, cause, place in transitions:
        yield on, owners.moves_until(on, place), rank, cause, place


def _next_of_the_day(waiting: Sequence[Waiting], state: str) -> int:
    """
    Return the place of the transition that counts next: of the earliest day, before the
    next move, the first one that is possible in this state.

    So what is done, sent back and done again on one day ends as done.
    """
    for index, (on, turn, rank, *_) in enumerate(waiting):
        if (on, turn) != waiting[0][:2]:
            break
        if (state, TRANSITIONS[rank]) in _MOVES:
            return index
    return 0


def _adjusted(deadline: Deadline, identity: str, facts: Sequence[Fact]) -> Deadline:
    """
    The deadline with the days granted and the day set by signed record (A-38, JZ-22).
    """
    # Nearly no duty has any, and this runs for each duty of each matter.
    records = [f for f in facts if isinstance(f, SignedRecord) and f.duty == identity]
    if not records:
        return deadline
    more_days = sum(f.days or 0 for f in records if isinstance(f, DutyExtended))
    overrides = [f for f in records if isinstance(f, DutyOverridden)]
    # The newest by its day; of one day by its id, so that the order of arrival changes
    # nothing.
    last = max(overrides, key=lambda f: (f.on, f.record), default=None)
    return replace(deadline, more=more_days, instead=last.until if last else None)
