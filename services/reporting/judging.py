"""
Judges the milestones of offices from the ledger and says what has changed.

Called in the transaction that posts an entry which can change a rate, and once a day
for all offices: an office without cases reaches its milestone when the day has come,
and a programme's file may have changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Connection

from services.reporting.domain.baselines import LISTED, governing_list
from services.reporting.domain.figures import FiguresRequest
from services.reporting.domain.measures import registry
from services.reporting.domain.milestones import Course, judged, turns
from services.reporting.domain.postings import Entry
from services.reporting.events import MilestoneJudged
from services.reporting.store import OUTBOX, Judgements, Ledger
from shared import clock, telemetry
from shared.policy.current import current_policy
from shared.policy.programme import Programme


def judge_after(
    session: Connection, posted: Iterable[Entry]
) -> Iterator[MilestoneJudged]:
    """
    What the posted entries change about the milestones of the offices they are of.
    """
    policy, today = current_policy(), clock.today()
    measures = {*registry().on_a_list, LISTED}
    offices = {
        (entry.programme, entry.office) for entry in posted if entry.measure in measures
    }
    programmes = {programme.code: programme for programme in policy.programmes}
    for code, office in sorted(offices):
        programme = programmes.get(code)
        if programme and policy.directory.is_within(office, programme.hub, today):
            yield from judge(session, programme, office, today)


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
    for programme in sorted(policy.programmes, key=lambda programme: programme.code):
        if not programme.milestones:
            continue
        if Judgements(session).begin_day(programme.code, today):
            for office in sorted(policy.directory.subtree(programme.hub, today)):
                yield from judge(session, programme, office, today)


def judge(
    session: Connection, programme: Programme, office: str, today: date
) -> Iterator[MilestoneJudged]:
    """
    Judge one office by its own cases, not by those of the offices below it (PY-04).
    """
    if not programme.milestones:
        return
    judgements = Judgements(session)
    judgements.lock(programme.code, office)
    course = _course(Ledger(session), programme, office, today)
    announced = judgements.announced(programme.code, office)
    for milestone in programme.milestones:
        before = announced.get(milestone.on, set())
        now = set(
            turns(
                course,
                milestone,
                ended_counts=programme.settings.count_ended_as_resolved,
                today=today,
                registry=registry(),
            )
        )
        if now != before:
            judgements.replace(programme.code, office, milestone.on, now)
            yield from judged(programme, office, milestone.on, before=before, now=now)


def _course(ledger: Ledger, programme: Programme, office: str, today: date) -> Course:
    request = FiguresRequest(programme.code, office, today, clock.now())
    measures, governing = registry().on_a_list, governing_list(programme)
    live = ledger.daily(request, measures)
    if governing is None:
        return Course(live)
    frozen_on = ledger.frozen_on(request, governing, as_known=False)
    if frozen_on is None:
        return Course(live)
    return Course(live, ledger.daily(request, measures, governing), frozen_on)
