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

from services.reporting.domain.baselines import governing_list
from services.reporting.domain.figures import FiguresRequest
from services.reporting.domain.measures import registry
from services.reporting.domain.milestones import Course, judged, turns
from services.reporting.domain.postings import Entry
from services.reporting.events import MilestoneJudged
from services.reporting.store import Judgements, Ledger
from shared import clock
from shared.policy.directory import Directory
from shared.policy.programme import Programme, Programmes


def judge_after(
    session: Connection,
    posted: Iterable[Entry],
    programmes: Programmes,
    directory: Directory,
    today: date,
) -> Iterator[MilestoneJudged]:
    """
    What the posted entries change about the milestones of the offices they are of.
    """
    bearing = {*registry().on_a_list, "listed"}
    offices = {(e.programme, e.office) for e in posted if e.measure in bearing}
    known = {programme.code: programme for programme in programmes}
    for code, office in sorted(offices):
        programme = known.get(code)
        if programme and directory.is_within(office, programme.hub, today):
            yield from judge(session, programme, office, today)


def judge_all(
    session: Connection, programmes: Programmes, directory: Directory, today: date
) -> Iterator[MilestoneJudged]:
    """
    What the day itself changes, for every programme that was not judged today.
    """
    for programme in sorted(programmes, key=lambda each: each.code):
        if not programme.milestones:
            continue
        if Judgements(session).begin_day(programme.code, today):
            for office in sorted(directory.subtree(programme.hub, today)):
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
