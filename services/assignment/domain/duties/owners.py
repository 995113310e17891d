"""
Who owes a duty, from when: the first office, and the moves to others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter

from services.assignment.domain.duties.instances import DutyInstance
from services.assignment.domain.facts.base import Fact


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
        Whether the move came before a fact of this day and place, or is that fact.
        """
        # Of one day the order of recording decides, as everywhere in a matter.
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
        How many of the moves came before a fact of this day and place.
        """
        return sum(move.before(on, place) for move in self.moves)

    def moves_at(self, instance: DutyInstance, facts: Sequence[Fact]) -> int:
        """
        How many of the moves came before a duty was opened.
        """
        if not self.moves:
            return 0
        return self.moves_until(instance.since, place_of(instance.opening, facts))

    def recorded_until(self, place: int) -> str:
        """
        The office that owed by the moves recorded before a place in the facts.
        """
        recorded = [move for move in self.moves if move.place < place]
        return max(recorded, key=attrgetter("place")).to if recorded else self.first

    def after(self, moves: int) -> str:
        """
        The office that owes after so many moves.
        """
        return self.moves[moves - 1].to if moves else self.first


NOBODY = Owners()


@dataclass(frozen=True)
class Turn:
    """
    From a fact on, other offices have a part in a matter: *move*, to the office that
    has it then; *former*: the office that had it, if it moved; *helping*: the units
    that have a part beside the one that has it.
    """

    move: Move
    former: str | None
    helping: frozenset[str] = frozenset()


def owners_of_step(unit: str, turns: Sequence[Turn]) -> Owners:
    """
    Who owes a step of a plan that was set for a unit: the unit, but whoever has the
    case while the unit has no part in it any more.
    """
    owner, has_helped, moves = unit, False, list[Move]()
    for turn in turns:
        has_helped = has_helped or unit in turn.helping
        has_gone = has_helped and unit not in turn.helping
        due_to = turn.move.to if has_gone else unit
        if due_to != owner:
            owner = due_to
            moves.append(replace(turn.move, to=owner))
    return Owners(unit, tuple(moves))


def place_of(opening: Fact, facts: Sequence[Fact]) -> int:
    """
    The place of an opening in the facts; the last, if it is not among them.
    """
    places = (place for place, fact in enumerate(facts) if fact is opening)
    return next(places, len(facts))
