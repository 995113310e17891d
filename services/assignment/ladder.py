"""
Keeps every ladder in step with its matter: what changes in it changes what comes next.

Called wherever a matter was reckoned anew, with its row held; climbing is `climbing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.assignment.domain import supervision
from services.assignment.domain.duties import Duty
from services.assignment.domain.facts import Fact
from services.assignment.domain.supervision import Notice, Rung
from services.assignment.events import SupervisionEnded, SupervisionIssued
from services.assignment.store.matters import Matters
from services.assignment.store.supervision import Crossings, Ladders, Notices
from shared.calendar import Calendar
from shared.programme import Programme, UnknownPart

_OVER = frozenset({"resolved", "ended", "concluded"})


def follow(
    session: Connection,
    number: str,
    *,
    facts: Sequence[Fact],
    changed: Sequence[Duty],
    programme: Programme,
    calendar: Calendar,
) -> Iterator[SupervisionEnded]:
    """
    Set what comes next after *changed* duties and new facts; what ended by that.
    """
    if programme.supervision is None:
        return
    row = Matters(session).known(number)
    keeper = _Keeper(session, row, programme, calendar)
    keeper.duties(changed)
    if row.is_case:
        keeper.stagnation(facts)
    done = {duty.id: duty.state_on for duty in changed if duty.closed}
    over_on = max(fact.on for fact in facts) if is_over(row) else None
    if done or over_on:
        yield from keeper.ended(done, over_on)


def is_over(row: Any) -> bool:
    """
    Whether a case is closed or merged away.
    """
    return bool(row.merged or row.standing in _OVER)


def is_answer(duty: Duty, programme: Programme) -> bool:
    """
    Whether a duty is to answer a notice: that has a ladder of its own.
    """
    try:
        return programme.duty_rule(duty.kind).opened_by == SupervisionIssued.type
    except UnknownPart:
        return False  # a paper of the office


def stagnant(number: str) -> str:
    return f"{number}/stagnant"


def fruitless(number: str) -> str:
    return f"{number}/without_progress"


@dataclass(frozen=True)
class _Keeper:
    session: Connection
    row: Any
    programme: Programme
    calendar: Calendar

    def duties(self, changed: Iterable[Duty]) -> None:
        late = [each for each in changed if not is_answer(each, self.programme)]
        causes = {
            duty.id: supervision.causes_of_duty(duty, duty.warn_days) for duty in late
        }
        self._put(causes)

    def stagnation(self, facts: Sequence[Fact]) -> None:
        ladder = self.programme.supervision
        if ladder is None:
            return
        since = supervision.stagnant_since(facts, ladder, self.calendar)
        if since is None:
            return
        subject = stagnant(self.row.number)
        running = self.row.standing == "open" and not self.row.merged
        self._put({subject: {"stagnant": since} if running else {}})
        last = max(fact.on for fact in facts)
        Crossings(self.session).end(
            [subject], last, but_since=since if running else None
        )

    def ended(
        self, done: dict[str, date], over_on: date | None
    ) -> Iterator[SupervisionEnded]:
        """
        Done duties end their ladder and its notices; a closed case ends all of it.
        """
        crossings, notices = Crossings(self.session), Notices(self.session)
        for duty, on in done.items():
            crossings.end([duty], on)
        if over_on:
            number = self.row.number
            crossings.end([fruitless(number)], over_on)
            Ladders(self.session).drop([fruitless(number)])
        for notice in notices.of_matter(self.row.number):
            ends_on = done.get(notice.duty or "") or over_on
            if ends_on and (notice.state, "end") in supervision.MOVES:
                yield self._end(notice, ends_on)

    def _end(self, notice: Notice, on: date) -> SupervisionEnded:
        ended, event = supervision.end(notice, on)
        Notices(self.session).put(ended)
        Ladders(self.session).drop([notice.id])
        Crossings(self.session).end([notice.id], event.occurred_on)
        return event

    def _put(self, causes: dict[str, dict[str, date]]) -> None:
        ladder = self.programme.supervision
        steps = ladder.steps if ladder else ()
        behind = Crossings(self.session).behind(causes)
        coming: list[Rung] = []
        for subject, since in causes.items():
            rung = supervision.next_rung(
                subject, since, behind[subject], steps, self.calendar
            )
            if rung:
                coming.append(rung)
        ladders = Ladders(self.session)
        ladders.put([(self.row.number, rung) for rung in coming])
        ladders.drop(set(causes) - {rung.subject for rung in coming})
