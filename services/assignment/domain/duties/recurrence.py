"""
What recurs: the next occurrence of a duty, and the periods of the offices' reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from services.assignment.domain.duties.causes import fired
from services.assignment.domain.duties.instances import (
    DutyInstance,
    openings,
    rules_of,
    start_of,
)
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.duties import OccurrenceBegun, PeriodBegun
from services.assignment.domain.facts.received import (
    CaseReinstated,
    CaseWithdrawn,
    PetitionRegistered,
)
from shared.policy.calendar import ONE_DAY, Calendar
from shared.policy.directory import Directory, Office
from shared.policy.parts.duties import DutyRule
from shared.policy.parts.reports import Period, ReportSchedule
from shared.policy.programme import Programme

MILESTONE = "milestone"
"""
The period of a milestone, for programmes with a duty that such a period opens.
"""


@dataclass(frozen=True)
class ScheduleBegun:
    """
    Until which day the reports of a *schedule* of a programme have begun.
    """

    programme: str
    schedule: str
    begun_until: date


@dataclass(frozen=True)
class Occurrence:
    """
    The beginning of one more occurrence of a duty, or of a period of a report.

    *identity* depends on nothing but the matter and the occurrence: however many
    replicas find it, it begins once.
    """

    number: str
    identity: str
    fact: PeriodBegun | OccurrenceBegun


def next_occurrence(
    number: str,
    facts: Sequence[Fact],
    programme: Programme,
    calendar: Calendar,
    *,
    office: Office | None = None,
    since: date | None = None,
) -> Occurrence | None:
    """
    The recurring duty that is owed next in a matter of an office, of those opened
    *since* a day if it is named; None once all have ended.
    """
    coming = (
        instance
        for rule in rules_of(facts, programme, office)
        if rule.every
        for opening in openings(rule, facts, since)
        if (instance := _next_of(rule, opening, facts, calendar))
    )
    first = min(
        coming, key=lambda instance: (instance.since, instance.rule.id), default=None
    )
    if first is None:
        return None
    of = None if first.key is None else str(first.key)
    fact = OccurrenceBegun(
        on=first.since, rule=first.rule.id, of=of, occurrence=first.occurrence
    )
    identity = _identity(number, first.rule.id, of, first.occurrence)
    return Occurrence(number, identity, fact)


def _next_of(
    rule: DutyRule, opening: Fact, facts: Sequence[Fact], calendar: Calendar
) -> DutyInstance | None:
    start = start_of(rule, opening, facts)
    first = DutyInstance(rule, opening, opening.on, start)
    begun_occurrences = {
        fact.occurrence
        for fact in facts
        if isinstance(fact, OccurrenceBegun)
        and (fact.rule, fact.of) == (rule.id, first.key)
    }
    occurrence = 1
    while True:
        due = rule.nth_due(occurrence - 1, start, opening.fields, calendar)
        since = due.day + ONE_DAY
        stopped, for_good = _stopped(rule, opening, facts, since)
        # Stopped, but resumed later: the occurrences after that are owed, those between
        # never were.
        if stopped and for_good:
            return None
        if not stopped and occurrence not in begun_occurrences:
            return replace(first, since=since, occurrence=occurrence)
        occurrence += 1


def _stopped(
    rule: DutyRule, opening: Fact, facts: Sequence[Fact], day: date
) -> tuple[bool, bool]:
    """
    Whether a recurring duty is stopped on a day, and whether nothing later resumes it.

    What a petition opened is owed also without its case.
    """
    stops = (*rule.until, *rule.released_by)
    resumes = (*rule.resumed_by, *rule.restored_by)

    def resumed(fact: Fact) -> bool:
        return isinstance(fact, CaseReinstated) or fired(resumes, fact)

    of_case = not isinstance(opening, PetitionRegistered)
    stopped = withdrawn = resumed_later = False
    # Of one day the stop goes first: what is stopped and resumed on one day runs.
    for fact in sorted(facts, key=lambda fact: (fact.on, resumed(fact))):
        if fact.on > day:
            resumed_later |= resumed(fact)
        elif isinstance(fact, CaseWithdrawn | CaseReinstated):
            withdrawn = of_case and isinstance(fact, CaseWithdrawn)
        elif fired(stops, fact):
            stopped = True
        elif fired(resumes, fact):
            stopped = False
    return stopped or withdrawn, not resumed_later


def first_days(
    programme: Programme, today: date, directory: Directory, calendar: Calendar
) -> Iterator[tuple[str, date]]:
    """
    Each schedule of a programme, with the day from which a system that first runs today
    owes it. Milestones before that day are not owed: who missed them did so before
    this system could remind anybody.
    """
    for schedule in programme.report_schedules:
        yield schedule.id, first_day(programme, schedule, today, calendar)
    if next(milestones_of(programme, directory), None):
        yield MILESTONE, max(programme.window.from_, today)


def first_day(
    programme: Programme, schedule: ReportSchedule, today: date, calendar: Calendar
) -> date:
    """
    The day from which a new schedule is owed: the first of the period under way, not
    of the years before this system.
    """
    begins = max(programme.window.from_, schedule.from_ or date.min)
    day = today
    # Walked back day by day: the period under way may have begun long before, and
    # between periods there may be none.
    while day > begins:
        period = schedule.period_on(day, calendar)
        if period is not None:
            return max(period.from_, begins)
        day -= ONE_DAY
    return begins


def reports_of(
    programme: Programme,
    schedule: ReportSchedule,
    period: Period,
    directory: Directory,
) -> Iterator[Occurrence]:
    """
    The matter of each office that owes a schedule's report for a period.
    """
    for office, department in owing(programme, schedule, period.from_, directory):
        number = f"{programme.code}/{office}/{schedule.id}/{period.id}"
        number += f"/{department}" if department else ""
        fact = PeriodBegun(
            on=period.from_,
            office=office,
            programme=programme.code,
            schedule=schedule.id,
            period=period.id,
            until=period.to,
            department=department,
        )
        yield Occurrence(number, _identity(number), fact)


def milestones_of(
    programme: Programme, directory: Directory, *, after: date = date.min
) -> Iterator[Occurrence]:
    """
    The matter of each milestone later than *after* and office of the hub and below it,
    where a rule makes a duty of it.
    """
    begins = programme.window.from_
    for milestone in programme.milestones:
        if milestone.on <= after:
            continue
        for office in directory.subtree(programme.hub, begins):
            number = programme.milestone_matter(office, milestone.on)
            fact = PeriodBegun(
                on=begins,
                office=office,
                programme=programme.code,
                schedule=MILESTONE,
                period=milestone.on.isoformat(),
                until=milestone.on,
            )
            if programme.duty_rules_for(fact.name, fact.fields):
                yield Occurrence(number, _identity(number), fact)


def owing(
    programme: Programme, schedule: ReportSchedule, on: date, directory: Directory
) -> Iterator[tuple[str, str | None]]:
    """
    The offices, or departments of the hub, that a schedule binds on a day.
    """
    if schedule.of == "hub":
        yield programme.hub, None
    elif schedule.of == "each_child_of_hub":
        yield from ((child, None) for child in directory.children(programme.hub, on))
    else:
        offices = directory.subtree(programme.offices_root, on)
        departments = [
            code for code in offices if directory.office(code).kind == "department"
        ]
        if schedule.of == "each_office":
            yield from ((code, None) for code in offices)
        elif departments:
            yield from ((code, None) for code in departments)
        else:
            hub = directory.office(programme.hub)
            yield from ((hub.code, name) for name in hub.departments)


def _identity(*parts: object) -> str:
    return str(uuid5(NAMESPACE_URL, "jianjian:" + "/".join(map(str, parts))))
