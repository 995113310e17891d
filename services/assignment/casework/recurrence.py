"""
Open recurring duties, and the periods of offices' reports, on schedule.

Any number of replicas share the work: a row that one has locked is passed over by the
others, and what begins has the same identity for all. After a stop it catches up,
oldest first, in bounded steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from services.assignment.casework.record import apply, record_facts
from services.assignment.domain.duties import recurrence
from services.assignment.domain.duties.recurrence import Occurrence, ScheduleBegun
from services.assignment.domain.recompute import begin_occurrences
from services.assignment.store import Enrolments, Matters, ReportSchedules, load_matters
from shared import clock, telemetry
from shared.policy.calendar import ONE_DAY
from shared.policy.current import current_policy
from shared.policy.programme import Programme

OCCURRENCES_AT_ONCE = 100  # matters, which are locked meanwhile
PERIODS_AT_ONCE = 200


def open_recurring(session: Connection) -> bool:
    """
    Open the recurring duties that are due in the matters that have waited longest;
    whether there were any.
    """
    today, rules = clock.today(), current_policy()
    matters = Matters(session)
    # One programme in a transaction: few matters are locked at once, and the next call
    # takes the others.
    candidates = (
        (programme, due)
        for programme in matters.where_some_are_due(rules.programmes.codes, today)
        if (due := _due(session, programme, today))
    )
    programme, due = next(candidates, ("", []))
    if not due:
        return False
    with telemetry.work("occurrences_begun", trace=telemetry.background_context()):
        waiting = load_matters(session, due).values()
        changes = [
            begin_occurrences(matter.seen_in(programme), today, rules)
            for matter in waiting
        ]
        apply(session, changes)
        telemetry.add_log_fields(count=sum(len(change.facts) for change in changes))
    return True


def _due(session: Connection, programme: str, today: date) -> list[str]:
    """
    Return the numbers of the matters whose recurring duties have waited longest: first
    the programme's own matters; if there are none, the cases that stand in it beside
    their own programme.
    """
    own = Matters(session).occurrences_due(programme, today, OCCURRENCES_AT_ONCE)
    return own or Enrolments(session).occurrences_due(
        programme, today, OCCURRENCES_AT_ONCE
    )


def open_periods(session: Connection) -> bool:
    """
    Open the oldest periods of offices' reports that are due; whether there were any.
    """
    today = clock.today()
    _add_schedules(session, today)
    row = ReportSchedules(session).furthest_behind(today)
    if row is None:
        return False
    with telemetry.work(
        "periods_begun", trace=telemetry.background_context(), schedule=row.schedule
    ):
        count, until = _begin_periods(session, row, today)
        ReportSchedules(session).update(replace(row, begun_until=until))
        telemetry.add_log_fields(count=count, until=until.isoformat())
    return True


def _add_schedules(session: Connection, today: date) -> None:
    """
    Add the report schedules that the programmes' files have and the database has not.
    """
    report_schedules, rules = ReportSchedules(session), current_policy()
    declared = {
        (programme.code, schedule): first
        for programme in rules.programmes
        for schedule, first in recurrence.first_days(
            programme, today, rules.directory, rules.calendar
        )
    }
    fresh = declared.keys() - report_schedules.names()
    report_schedules.know(
        [
            ScheduleBegun(*names, begun_until=declared[names] - ONE_DAY)
            for names in sorted(fresh)
        ]
    )


def _begin_periods(
    session: Connection, row: ScheduleBegun, today: date
) -> tuple[int, date]:
    """
    The number of matters begun, and the day until which every period has begun.
    """
    rules = current_policy()
    programme = next((p for p in rules.programmes if p.code == row.programme), None)
    if programme is None:
        # Never again: the programme is not run any more, and its schedule would be
        # taken first each time.
        return 0, date.max
    if row.schedule == recurrence.MILESTONE:
        milestones = recurrence.milestones_of(
            programme, rules.directory, after=row.begun_until
        )
        return _begin(session, milestones), date.max
    return _begin_reports(session, row, programme, today)


def _begin_reports(
    session: Connection, row: ScheduleBegun, programme: Programme, today: date
) -> tuple[int, date]:
    rules = current_policy()
    schedule = next(
        (c for c in programme.report_schedules if c.id == row.schedule), None
    )
    if schedule is None or row.begun_until >= programme.window.to:
        return 0, date.max
    last = min(today, programme.window.to)
    reports: list[Occurrence] = []
    for period in schedule.periods(row.begun_until + ONE_DAY, last, rules.calendar):
        # Whole periods only: what began until a day has begun for all offices.
        if len(reports) >= PERIODS_AT_ONCE:
            last = period.from_ - ONE_DAY
            break
        reports += recurrence.reports_of(programme, schedule, period, rules.directory)
    return _begin(session, reports), last


def _begin(session: Connection, periods: Iterable[Occurrence]) -> int:
    """
    Let periods begin, each a matter of its own.
    """
    facts = {period.number: {period.identity: period.fact} for period in periods}
    record_facts(session, facts)
    return len(facts)
