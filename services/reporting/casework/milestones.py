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

from services.reporting.domain.baselines import LISTED, governing_list
from services.reporting.domain.measures import registry
from services.reporting.domain.milestones import Course, judgements_of, turns
from services.reporting.domain.postings.entries import Entry
from services.reporting.events import MilestoneJudged
from services.reporting.store import OUTBOX, Judgements, Ledger
from shared import clock, telemetry
from shared.policy.current import Policy, current_policy
from shared.policy.programme import Programme

AT_ONCE = 100
"""
So many offices are judged by one set of statements.
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
    Announce what the day itself changes, for every programme that was not judged today.

    Returns False: one call does all there is to do.
    """
    judgements = [*_judge_today(session)]
    if judgements:
        trace = telemetry.background_context()
        with telemetry.work("milestones_judged", trace=trace):
            telemetry.add_log_fields(count=len(judgements))
            OUTBOX.announce(session, *judgements)
    return False


def _judge_today(session: Connection) -> Iterator[MilestoneJudged]:
    policy, today = current_policy(), clock.today()
    judgements = Judgements(session)
    # Asked first: to begin a day writes, also where it has begun, and this runs often.
    judged = judgements.judged_on(today)
    for programme in _by_code(policy):
        if (
            programme.milestones
            and programme.code not in judged
            and judgements.begin_day(programme.code, today)
        ):
            offices = sorted(policy.directory.subtree(programme.hub, today))
            # In pieces, so that the statements stay small; all in one transaction.
            for start in range(0, len(offices), AT_ONCE):
                batch = offices[start : start + AT_ONCE]
                yield from judge(session, programme, batch, today)


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
    for office in sorted(offices):
        stands = courses[office].stands(
            today,
            also=[milestone.on for milestone in programme.milestones],
            ended_counts=programme.settings.count_ended_as_resolved,
            registry=registry(),
        )
        for milestone in programme.milestones:
            before = announced.get((office, milestone.on), set())
            now = set(turns(stands, milestone))
            if now != before:
                judgements.replace(programme.code, office, milestone.on, now)
                yield from judgements_of(
                    programme, office, milestone.on, before=before, now=now
                )


def _courses(
    ledger: Ledger, programme: Programme, offices: Collection[str], today: date
) -> dict[str, Course]:
    measures, governing = registry().on_a_list, governing_list(programme)
    live = ledger.daily(programme.code, offices, today, measures)
    if governing is None:
        return {office: Course(daily) for office, daily in live.items()}
    frozen_on = ledger.frozen_by(programme.code, governing, today)
    if frozen_on is None:
        return {office: Course(daily) for office, daily in live.items()}
    listed = ledger.daily(programme.code, offices, today, measures, governing)
    return {
        office: Course(daily, listed[office], frozen_on)
        for office, daily in live.items()
    }
