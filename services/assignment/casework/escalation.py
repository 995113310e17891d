"""
Climbs the ladders: what has come is crossed once, oldest first, by any replica.

A crossing, its event, its notice and the rung after it are one transaction.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.assignment.casework.record import record
from services.assignment.domain.duties.ledger import Duty
from services.assignment.domain.escalation import notices
from services.assignment.domain.escalation import steps as supervision
from services.assignment.domain.escalation.notices import Notice
from services.assignment.domain.escalation.steps import Crossing, Rung
from services.assignment.store import (
    OUTBOX,
    Crossings,
    Duties,
    Ladders,
    Matters,
    Notices,
)
from shared import clock, telemetry
from shared.policy.calendar import Calendar
from shared.policy.current import policy
from shared.policy.escalation import SupervisionStep
from shared.policy.programme import Programme

AT_ONCE = 50  # their matters are locked meanwhile


@dataclass
class _Climber:
    """
    One subject on its ladder: what is true of it, and what it has crossed.
    """

    row: Any
    programme: Programme
    subject: str
    office: str
    causes: dict[str, date]
    behind: set[tuple[str, date]]
    steps: tuple[SupervisionStep, ...]
    duty: Duty | None = None

    def on_duty(self, duty: Duty) -> None:
        self.duty, self.office = duty, duty.office
        self.causes = supervision.causes_of_duty(duty, self.programme)
        self.steps = supervision.steps_of(self.programme, duty.kind)

    def press_no_more(self, tried: Sequence[Notice], today: date) -> None:
        """
        No notice follows a notice once people have to decide what else to do.
        """
        ladder = self.programme.supervision
        since = ladder and notices.without_progress_since(tried, ladder.interview_after)
        if since and since <= today:
            self.steps = tuple(s for s in self.steps if s.kind != "notice")

    def next(self, calendar: Calendar) -> Rung | None:
        return supervision.next_rung(
            self.subject, self.causes, self.behind, self.steps, calendar
        )

    def step(self, rung: Rung) -> SupervisionStep:
        return next(step for step in self.steps if step.id == rung.step)


@dataclass
class _Ascent:
    """
    What one transaction crosses, and where each subject waits afterwards.
    """

    crossings: list[Crossing] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    waiting: list[tuple[str, Rung]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)


def escalate_some(session: Connection) -> bool:
    """
    Take the oldest escalation steps that have come; whether there were any.
    """
    today = clock.today()
    claimed = Ladders(session).claim(policy().programmes.codes, today, AT_ONCE)
    if claimed:
        with telemetry.work("ladder_climbed", trail=telemetry.own_trail()):
            telemetry.note(count=len(claimed))
            _keep(session, _ascend(session, claimed, today))
    return bool(claimed)


def _ascend(
    session: Connection, claimed: list[tuple[str, Rung]], today: date
) -> _Ascent:
    """
    Step by step in the order of days, whoever's step it is.
    """
    ascent = _Ascent()
    climbers = {each.subject: each for each in _climbers(session, claimed, today)}
    come: list[tuple[date, str, Rung]] = []

    def onward(climber: _Climber) -> None:
        rung = climber.next(policy().calendar)
        if rung is None:
            ascent.done.append(climber.subject)
        elif rung.on > today:
            ascent.waiting.append((climber.row.number, rung))
        else:
            heapq.heappush(come, (rung.on, rung.subject, rung))

    for climber in climbers.values():
        onward(climber)
    while come:
        _, subject, rung = heapq.heappop(come)
        _cross(ascent, climbers[subject], rung, today)
        onward(climbers[subject])
    return ascent


def _cross(ascent: _Ascent, climber: _Climber, rung: Rung, today: date) -> None:
    step = climber.step(rung)
    crossing = supervision.crossing_of(
        rung,
        step,
        number=climber.row.number,
        office=climber.office,
        duty=climber.duty,
        programme=climber.programme,
        directory=policy().directory,
    )
    climber.behind.add((step.id, rung.since))
    ascent.crossings.append(crossing)
    notice = notices.notice_of(
        crossing,
        step,
        climber.duty,
        today,
        calendar=policy().calendar,
        directory=policy().directory,
    )
    if notice:
        ascent.notices.append(notice)


def _keep(session: Connection, ascent: _Ascent) -> None:
    Crossings(session).add(ascent.crossings)
    OUTBOX.announce(session, *map(supervision.crossed, ascent.crossings))
    ladders = Ladders(session)
    ladders.put(ascent.waiting)
    ladders.drop(ascent.done)
    for notice in ascent.notices:
        issue(session, notice)


def issue(session: Connection, notice: Notice) -> None:
    """
    Issue a notice: a fact of the matter, by which its answer is owed.
    """
    Notices(session).add(notice)
    record(session, notices.issued(notice))


def _climbers(
    session: Connection, claimed: list[tuple[str, Rung]], today: date
) -> Iterator[_Climber]:
    subjects = [rung.subject for _, rung in claimed]
    rows = Matters(session).some({number for number, _ in claimed})
    duties = Duties(session).some(subjects)
    behind = Crossings(session).behind(subjects)
    for number, rung in claimed:
        row, subject = rows[number], rung.subject
        programme = policy().programmes.get(row.programme)
        climber = _Climber(
            row=row,
            programme=programme,
            subject=subject,
            office=row.office,
            causes={rung.cause: rung.since},
            behind=behind[subject],
            steps=supervision.steps_of(programme),
        )
        if subject in duties:
            climber.on_duty(duties[subject])
        if rung.cause == "unanswered":
            climber.press_no_more(Notices(session).of_matter(number), today)
        yield climber
