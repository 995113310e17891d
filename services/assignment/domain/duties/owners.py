"""
Who owes a duty, from when: the first office, and the moves to others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

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

    def after(self, moves: int) -> str:
        """
        The office that owes after so many moves.
        """
        return self.moves[moves - 1].to if moves else self.first


NOBODY = Owners()


def place_of(opening: Fact, facts: Sequence[Fact]) -> int:
    """
    The place of an opening in the facts; the last, if it is not among them.
    """
    places = (place for place, fact in enumerate(facts) if fact is opening)
    return next(places, len(facts))
