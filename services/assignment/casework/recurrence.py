"""
The clock of what recurs: lets turns and periods begin that nobody's act begins.

Any number of replicas share the work: what one is at, the others pass over, and what
has begun keeps one name. After a stop it catches up, oldest first, in bounded steps.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from services.assignment.casework import record
from services.assignment.domain.duties import recurrence
from services.assignment.store import Cadences, Matters
from shared import clock, telemetry
from shared.policy.current import policy
from shared.policy.programme import Programme

TURNS_AT_ONCE = 24
MATTERS_AT_ONCE = 200
ONE_DAY = timedelta(days=1)


def open_recurring(session: Connection) -> bool:
    """
    Open the recurring duties that are due in the matter that has waited longest;
    whether there was one.
    """
    today = clock.today()
    number = Matters(session).turn_begins(policy().programmes.codes, today)
    if number is None:
        return False
    with telemetry.work("turns_begun", trail=telemetry.own_trail(), case_number=number):
        telemetry.note(count=_begin_turns(session, number, today))
    return True


def _begin_turns(session: Connection, number: str, today: date) -> int:
    for begun in range(TURNS_AT_ONCE):
        row, facts = Matters(session).lock(number), Matters(session).facts(number)
        kind = policy().directory.office(row.office).kind
        turn = recurrence.next_turn(
            number,
            row.office,
            facts,
            policy().programmes.get(row.programme),
            policy().calendar,
            kind=kind,
        )
        if turn is None or turn.fact.on > today:
            # Its day was kept too early, by another calendar.
            Matters(session).put(number, next_turn_on=turn.fact.on if turn else None)
            return begun
        record.add_fact(session, number, turn.identity, turn.fact)
    return TURNS_AT_ONCE


def open_periods(session: Connection) -> bool:
    """
    Open the oldest periods of offices' reports that are due; whether there were any.
    """
    today = clock.today()
    _know_cadences(session, today)
    row = Cadences(session).behind(today)
    if row is None:
        return False
    with telemetry.work(
        "periods_begun", trail=telemetry.own_trail(), cadence=row.cadence
    ):
        begun, until = _begin_periods(session, row, today)
        Cadences(session).put(row.programme, row.cadence, until)
        telemetry.note(count=begun, until=until.isoformat())
    return True


def _know_cadences(session: Connection, today: date) -> None:
    """
    Take in cadences that the programmes' files have and the clock has not.
    """
    cadences = Cadences(session)
    declared = {
        (programme.code, cadence.id): recurrence.first_day(
            programme, cadence, today, policy().calendar
        )
        for programme in policy().programmes
        for cadence in programme.cadences
    }
    for programme in policy().programmes:
        if next(recurrence.milestones_of(programme, policy().directory), None):
            first = programme.window.from_
            declared[programme.code, recurrence.MILESTONE] = first
    fresh = declared.keys() - cadences.names()
    cadences.know(
        {
            "programme": programme,
            "cadence": cadence,
            "begun_until": declared[programme, cadence] - ONE_DAY,
        }
        for programme, cadence in sorted(fresh)
    )


def _begin_periods(session: Connection, row: Any, today: date) -> tuple[int, date]:
    """
    How many matters began, and until which day all that begins has begun.
    """
    programme = next((p for p in policy().programmes if p.code == row.programme), None)
    if programme is None:
        return 0, date.max
    if row.cadence == recurrence.MILESTONE:
        found = list(recurrence.milestones_of(programme, policy().directory))
        record.open_matters(session, found)
        return len(found), date.max
    return _begin_papers(session, row, programme, today)


def _begin_papers(
    session: Connection, row: Any, programme: Programme, today: date
) -> tuple[int, date]:
    cadence = next((c for c in programme.cadences if c.id == row.cadence), None)
    if cadence is None or row.begun_until >= programme.window.to:
        return 0, date.max
    last = min(today, programme.window.to)
    papers: list[recurrence.Beginning] = []
    for period in cadence.periods(row.begun_until + ONE_DAY, last, policy().calendar):
        if len(papers) >= MATTERS_AT_ONCE:
            last = period.from_ - ONE_DAY
            break
        papers += recurrence.papers_of(programme, cadence, period, policy().directory)
    record.open_matters(session, papers)
    return len(papers), last
