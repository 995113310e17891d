"""
Judges the milestones of offices from the ledger and says what has changed.

Called in the transaction that posts an entry which can change a rate, and once a day
for all offices: an office without cases reaches its milestone when the day has come,
and a programme's file may have changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from sqlalchemy import Connection

from services.reporting.domain.baselines import (
    LISTED,
    governing_list,
    measures_on,
    on_frozen_list,
)
from services.reporting.domain.measures import registry
from services.reporting.domain.milestones import Course, Stand, judgements_of, turns
from services.reporting.domain.postings.entries import Entry
from services.reporting.events import MilestoneJudged
from services.reporting.store import OUTBOX, Judgements, Ledger
from shared import clock, telemetry
from shared.policy.current import Policy, current_policy
from shared.policy.programme import Programme

AT_ONCE = 100
"""
So many offices are judged by one set of statements in one transaction: whoever posts an
entry of one of them waits for its end.
"""


def judge_after(
    session: Connection, posted: Iterable[Entry]
) -> Iterator[MilestoneJudged]:
    """
    Yield what the posted entries change in the milestones of their offices.
    """
    policy, today = current_policy(), clock.today()
    measures = {*registry().on_a_list, LISTED}
    concerned = {
        (entry.programme, entry.office) for entry in posted if entry.measure in measures
    }
    codes = {code for code, _ in concerned}
    for programme in _by_code(policy):
        if programme.code in codes and programme.milestones:
            offices = {
                office
                for code, office in concerned
                if code == programme.code
                and policy.directory.is_within(office, programme.hub, today)
            }
            yield from judge(session, programme, offices, today)


def judge_all(session: Connection) -> bool:
    """
    Announce what the day itself changes, of the next `AT_ONCE` offices of a programme
    that were not judged today. Returns whether there may be more of them.
    """
    today, judgements = clock.today(), Judgements(session)
    # Asked first: this runs often, and most of the time all were judged.
    codes_done = judgements.judged_on(today)
    for programme in _by_code(current_policy()):
        if programme.milestones and programme.code not in codes_done:
            last_office = judgements.take_up(programme.code, today)
            if last_office is not None:
                _judge_next(session, programme, today, last_office)
                return True
    return False


def _judge_next(
    session: Connection, programme: Programme, today: date, last_office: str
) -> None:
    """
    Judge the next offices after this one, by their codes.
    """
    within = current_policy().directory.subtree(programme.hub, today)
    offices = sorted(office for office in within if office > last_office)
    these = offices[:AT_ONCE]
    events = [*judge(session, programme, these, today)]
    is_last = len(these) == len(offices)
    Judgements(session).note(programme.code, today, None if is_last else these[-1])
    if events:
        trace = telemetry.background_context()
        with telemetry.work("milestones_judged", trace=trace):
            telemetry.add_log_fields(count=len(events))
            OUTBOX.announce(session, *events)


def _by_code(policy: Policy) -> list[Programme]:
    return sorted(policy.programmes, key=lambda programme: programme.code)


def judge(
    session: Connection, programme: Programme, offices: Collection[str], today: date
) -> Iterator[MilestoneJudged]:
    """
    Judge each office by its own cases, not by those of the offices below it (PY-04).
    """
    if not offices:
        return
    judgements = Judgements(session)
    # Before the entries are read: who judged the same offices meanwhile has committed
    # what this one compares with.
    judgements.lock(programme.code, offices)
    courses = _courses(Ledger(session), programme, offices, today)
    announced = judgements.announced(programme.code, offices)
    now_by_milestone = {
        (office, milestone.on): {*turns(stands, milestone)}
        for office in sorted(offices)
        for stands in [_stands(courses[office], programme, today)]
        for milestone in programme.milestones
    }
    changed = {
        key: now
        for key, now in now_by_milestone.items()
        if now != announced.get(key, set())
    }
    judgements.replace(programme.code, changed)
    for (office, on), now in changed.items():
        before = announced.get((office, on), set())
        yield from judgements_of(programme, office, on, before=before, now=now)


def _stands(course: Course, programme: Programme, today: date) -> list[Stand]:
    return course.stands(
        today,
        also=[milestone.on for milestone in programme.milestones],
        ended_counts=programme.settings.count_ended_as_resolved,
        registry=registry(),
    )


def _courses(
    ledger: Ledger, programme: Programme, offices: Collection[str], today: date
) -> dict[str, Course]:
    measures, governing = registry().on_a_list, governing_list(programme)
    frozen_on = governing and ledger.frozen_on(programme.code, governing, today)
    if not governing or not frozen_on:
        live = ledger.daily(programme.code, offices, today, measures)
        return {office: Course(daily) for office, daily in live.items()}
    both = (*measures, *measures_on(governing, measures))
    return {
        office: Course(daily, on_frozen_list(governing, daily), frozen_on)
        for office, daily in ledger.daily(programme.code, offices, today, both).items()
    }
