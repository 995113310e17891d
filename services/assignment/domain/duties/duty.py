"""
A duty: one thing that an office owes in a matter, and how it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.assignment.domain.duties.transitions import HAND_OVERS, state_after
from services.assignment.domain.facts.base import Step

CLOSED = frozenset({"discharged", "released"})
"""
The states of a duty of which nothing is owed.
"""


@dataclass(frozen=True)
class Term:
    """
    An *office* owes a duty by *due_on*; *since* it took it over, None if it was opened
    there.
    """

    office: str
    due_on: date
    since: date | None = None


@dataclass(frozen=True)
class Counted:
    """
    What counts as due on a day, whether it was *done*, and by then, with which kind of
    *answer*.
    """

    due_on: date | None = None
    done: bool = False
    in_time: bool = False
    answer: str = ""


@dataclass(frozen=True)
class Duty:
    """
    One thing owed: by *office*, from *opened_on*, until the end of *due_on*. *past*:
    the offices that owed it before the case moved, each with its due day.
    *handler_post*: the post of that office that handles the matter, if it has one.

    *provisional*: counted past the last year of the calendar. *basis*: what the due day
    was counted from. *supervised*: a notice about it waits for an answer. *backdated*:
    its day was over before the programme was issued, so that it never gets overdue
    (A-03). *steps* are its transitions so far. *answer*: if it asks for an answer, the
    kind of what was answered by its day, a result before a report of progress (I-16).
    *report*: it is a report of a period, and was handed in *past_hour* if that was
    after the hour of its last day (JZ-39).
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
    handler_post: str | None = None
    creditor: str = "upper"
    warn_days: int = 0
    basis: str = ""
    supervised: bool = False
    backdated: bool = False
    past: tuple[Term, ...] = ()
    answer: str = ""
    report: bool = False
    past_hour: bool = False

    @property
    def terms(self) -> tuple[Term, ...]:
        """
        Who owed it, by when and since when; the present office last.
        """
        handed_on = [step.on for step in self.steps if step.kind in HAND_OVERS]
        since = handed_on[-1] if handed_on else None
        return (*self.past, Term(self.office, self.due_on, since))

    @property
    def turns(self) -> tuple[Turn, ...]:
        """
        Its steps, each with the place of its term.
        """
        turns, turn = list[Turn](), 0
        for step in self.steps:
            turn += step.kind in HAND_OVERS
            turns.append((turn, step))
        return tuple(turns)

    @property
    def offices(self) -> tuple[str, ...]:
        """
        The offices that owe or owed it, the present one last.
        """
        return tuple(term.office for term in self.terms)

    @property
    def state(self) -> str:
        return state_after(self.steps[-1].kind) if self.steps else "open"

    @property
    def state_on(self) -> date:
        return self.steps[-1].on if self.steps else self.opened_on

    @property
    def closed(self) -> bool:
        return self.state in CLOSED

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

    def ended_late(self, before: Duty | None) -> bool:
        """
        Return whether a duty that was open *before* ended after its due day, or passed
        to another office after it. It counts as overdue until that day.
        """
        if before is None or before.state != "open" or self.backdated:
            return False
        # What was handed on after its day counted at the office before until the move.
        new_terms = self.terms[len(before.past) + 1 :]
        if new_terms and new_terms[0].since:
            return before.due_on < new_terms[0].since
        return self.closed and before.due_on == self.due_on < self.state_on

    @property
    def counts(self) -> Counted:
        """
        Return how the duty counts in the shares of what was done. A duty that is not
        owed, or is paused, does not count.
        """
        if self.backdated or self.state not in {"open", "discharged"}:
            return Counted()
        done = self.state == "discharged"
        in_time = done and self.state_on <= self.due_on and not self.past_hour
        answer = self.answer if in_time else ""
        return Counted(self.due_on, done=done, in_time=in_time, answer=answer)

    def shown_state(self, today: date) -> str:
        """
        The state as an office reads it: what is late is overdue, or backdated.
        """
        if not self.late(today):
            return self.state
        return "backdated" if self.backdated else "overdue"


Turn = tuple[int, Step]
"""
A step of a duty, and how many offices had owed it before.
"""
