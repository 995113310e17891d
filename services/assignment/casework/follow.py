"""
Keeps every ladder in step with its matter: what changes in it changes what comes next.

Called wherever a matter was reckoned anew, with its row held; climbing is `climbing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from services.assignment.domain.duties.ledger import Duty
from services.assignment.domain.escalation import notices
from services.assignment.domain.escalation import steps as supervision
from services.assignment.domain.escalation.notices import Notice
from services.assignment.domain.facts import PERIOD, Fact
from services.assignment.events import SupervisionEnded
from services.assignment.store.escalation import Crossings, Ladders
from services.assignment.store.notices import Notices
from shared.policy.calendar import Calendar
from shared.policy.escalation import Supervision
from shared.policy.programme import Programme, Programmes

_OVER = frozenset({"resolved", "ended", "concluded"})


def follow(
    session: Connection,
    row: Any,
    *,
    facts: Sequence[Fact],
    changed: Sequence[Duty],
    programme: Programme,
    calendar: Calendar,
) -> Iterator[SupervisionEnded]:
    """
    Set what comes next in the matter of *row* after *changed* duties and new facts;
    what ended by that.
    """
    ladder = programme.supervision
    if ladder is None:
        return
    last = max(fact.on for fact in facts)
    keeper = _Keeper(session, row, programme, ladder, calendar, last)
    stagnation = keeper.stagnation(facts) if row.is_case else ()
    keeper.put([*keeper.duties(changed), *stagnation])
    over, done = _is_over(row), {d.id: d.state_on for d in changed if d.closed}
    answers = any(supervision.is_answer(duty.kind, programme) for duty in changed)
    concerned = over or done or answers
    issued = Notices(session).of_matter(row.number) if concerned else []
    if issued:
        yield from keeper.end_notices(issued, done)
        if not _is_paper(facts):
            keeper.put(keeper.fruitlessness())


def begin_ladders(
    session: Connection,
    opened: Iterable[Duty],
    programmes: Programmes,
    calendar: Calendar,
) -> None:
    """
    Set what comes next after duties of matters of which nothing else is known, as of
    thousands of papers after a stop.
    """
    coming = []
    for duty in opened:
        programme = programmes.get(duty.programme)
        causes = supervision.causes_of_duty(duty, programme)
        steps = supervision.steps_of(programme, duty.kind)
        rung = supervision.next_rung(duty.id, causes, (), steps, calendar)
        if rung:
            coming.append((duty.number, rung))
    Ladders(session).put(coming)


def _is_paper(facts: Iterable[Fact]) -> bool:
    """
    Whether a matter is an office's paper: nobody is interviewed for want of progress
    in a petition where there is none (XQ-47).
    """
    return any(fact.type == PERIOD and fact.payload.get("cadence") for fact in facts)


def _is_over(row: Any) -> bool:
    """
    Whether a case is closed or merged away.
    """
    return bool(row.merged or row.standing in _OVER)


@dataclass(frozen=True)
class _Subject:
    """
    What is, or will be, true of a duty or a whole case, and since when.

    What was true of it until now and is not any more is over *on* that day.
    """

    name: str
    causes: Mapping[str, date]
    on: date
    kind: str | None = None


@dataclass(frozen=True)
class _Keeper:
    session: Connection
    row: Any
    programme: Programme
    ladder: Supervision
    calendar: Calendar
    last: date

    def duties(self, changed: Iterable[Duty]) -> Iterator[_Subject]:
        for duty in changed:
            yield _Subject(
                duty.id,
                supervision.causes_of_duty(duty, self.programme),
                duty.state_on if duty.closed else self.last,
                duty.kind,
            )

    def stagnation(self, facts: Sequence[Fact]) -> Iterator[_Subject]:
        since = supervision.stagnant_since(facts, self.ladder, self.calendar)
        if since is not None:
            yield self._case("stagnant", since)

    def fruitlessness(self) -> Iterator[_Subject]:
        issued = Notices(self.session).of_matter(self.row.number)
        since = notices.without_progress_since(issued, self.ladder.interview_after)
        yield self._case("notices_without_progress", since)

    def end_notices(
        self, issued: Iterable[Notice], done: Mapping[str, date]
    ) -> Iterator[SupervisionEnded]:
        """
        A duty done ends the notices about it, a closed case ends all.
        """
        over_on = self.last if _is_over(self.row) else None
        for notice in issued:
            ends_on = done.get(notice.duty or "") or over_on
            if ends_on and notices.can_end(notice):
                ended, event = notices.end(notice, ends_on)
                Notices(self.session).put(ended)
                yield event

    def _case(self, cause: str, since: date | None) -> _Subject:
        causes = {cause: since} if since and not _is_over(self.row) else {}
        return _Subject(f"{self.row.number}/{cause}", causes, self.last)

    def put(self, subjects: Iterable[_Subject]) -> None:
        """
        Let each subject wait for its next step, and end what is not true any more.
        """
        known = {subject.name: subject for subject in subjects}
        if not known:
            return
        crossings, ladders = Crossings(self.session), Ladders(self.session)
        behind, coming = crossings.behind(known), []
        for name, subject in known.items():
            if behind[name]:
                crossings.end(name, subject.on, still=[*subject.causes.values()])
            steps = supervision.steps_of(self.programme, subject.kind)
            rung = supervision.next_rung(
                name, subject.causes, behind[name], steps, self.calendar
            )
            if rung:
                coming.append(rung)
        ladders.put([(self.row.number, rung) for rung in coming])
        ladders.drop(known.keys() - {rung.subject for rung in coming})


def unescalated(
    session: Connection, programmes: Programmes, calendar: Calendar, today: date
) -> int:
    """
    Duties late since before yesterday that did not come to their first step, though
    it came before yesterday: 0, if the clock runs and no rung was lost.

    Looks at what was crossed, not at what is said to come next.
    """
    yesterday, found = today - timedelta(days=1), 0
    for row in Crossings(session).missing(programmes.codes, yesterday):
        programme = programmes.get(row.programme)
        answer = supervision.is_answer(row.kind, programme)
        cause = "unanswered" if answer else "overdue"
        rung = supervision.next_rung(
            row.kind,
            {cause: row.since},
            (),
            supervision.steps_of(programme, row.kind),
            calendar,
        )
        if rung and rung.on < yesterday:
            found += row.count
    return found
