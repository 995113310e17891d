"""
Record facts in matters: load, recompute, save and announce.

The only place where facts become duties, leaders and escalation; endpoints, timers and
the bus bring facts, of one matter or of many at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection
from uuid_utils import uuid7

from services.assignment.casework.overdue import announce_ended_late
from services.assignment.domain.closings.closing import ENDED
from services.assignment.domain.escalation import notices, steps
from services.assignment.domain.escalation.notices import Notice
from services.assignment.domain.facts.base import Fact, Recorded
from services.assignment.domain.facts.vocabulary import fact_of
from services.assignment.domain.further import recompute_each
from services.assignment.domain.matter import Change
from services.assignment.domain.missed import missed_steps
from services.assignment.store import (
    OUTBOX,
    Coordinations,
    Endings,
    load_matters,
    save_changes,
)
from shared.events import Event
from shared.policy.current import current_policy


def record(session: Connection, *happened: Event) -> None:
    """
    Announce what happened in matters, and record it in them.
    """
    OUTBOX.announce(session, *happened)
    facts: dict[str, dict[str, Fact]] = {}
    for event in happened:
        facts.setdefault(event.case_number, {})[str(uuid7())] = fact_of(event)
    record_facts(session, facts)


def record_happened(session: Connection, event: Event, **unannounced: Any) -> None:
    """
    Announce what happened in a matter, and record it with fields that are not
    announced, such as free text.
    """
    OUTBOX.announce(session, event)
    record_fact(session, event.case_number, replace(fact_of(event), **unannounced))


def record_fact(session: Connection, number: str, fact: Fact) -> str:
    """
    Record one fact in a matter; returns its id.
    """
    identity = str(uuid7())
    record_facts(session, {number: {identity: fact}})
    return identity


def record_facts(session: Connection, facts: Mapping[str, Recorded]) -> None:
    """
    Record facts in the matters of these numbers, each fact by its id; what is recorded
    already changes nothing.
    """
    if not facts:
        return
    rules, matters = current_policy(), load_matters(session, facts)
    apply(
        session,
        [
            change
            for number, new in facts.items()
            for change in recompute_each(matters[number], new, rules)
        ],
    )


def recompute_matters(session: Connection, numbers: Iterable[str]) -> None:
    """
    Compute matters again because the calendar, or a programme, has changed.
    """
    rules = current_policy()
    apply(
        session,
        [
            change
            for matter in load_matters(session, numbers).values()
            for change in recompute_each(matter, {}, rules, cause="calendar_extended")
        ],
    )


def apply(session: Connection, changes: Sequence[Change]) -> None:
    """
    Save changes of matters and announce what they mean; the escalation steps of all
    matters first, in the order of their days.
    """
    # Before the duties are saved: saving takes the flag off what is closed, and the
    # flag says whether the sweep has announced it.
    announce_ended_late(session, changes)
    save_changes(session, changes)
    _lapse_what_waited(session, changes)
    reached = [step for change in changes for step in change.reached]
    reached.sort(key=lambda step: (step.on, step.subject))
    letters = [notice for change in changes for notice in _mailed_with_paper(change)]
    papers = {notice.id for notice in letters}
    by_step = ((step, notices.identity_of(step.id)) for step in reached)
    OUTBOX.announce(
        session,
        *(
            steps.announcement(step, paper if paper in papers else None)
            for step, paper in by_step
        ),
        *map(notices.paper_requested, letters),
        *(event for change in changes for event in change.events),
    )
    # After all is saved and announced: a missed step is a fact of its own, which may
    # open duties.
    _record_missed(session, changes)


def _lapse_what_waited(session: Connection, changes: Iterable[Change]) -> None:
    """
    Let what waited for a level or the conference lapse in cases that are closed.
    """
    closed = {
        change.matter.number
        for change in changes
        if any(isinstance(fact, ENDED) for fact in change.facts.values())
    }
    if closed:
        Endings(session).lapse(closed)
        Coordinations(session).lapse(closed)


def _record_missed(session: Connection, changes: Iterable[Change]) -> None:
    """
    Record the steps that an office missed, as these changes show. The changes are saved
    already.
    """
    programmes, facts = current_policy().programmes, dict[str, dict[str, Fact]]()
    for change in changes:
        # Only these can show that a step was missed.
        if change.duties or change.reached:
            programme = programmes.get(change.matter.programme)
            for identity, event in missed_steps(change, programme):
                OUTBOX.announce(session, event)
                facts.setdefault(event.case_number, {})[identity] = fact_of(event)
    # It comes back here through `apply`, and ends: a step is missed once.
    record_facts(session, facts)


def _mailed_with_paper(change: Change) -> tuple[Notice, ...]:
    """
    The notices issued whose paper is printed for their mail.
    """
    if not change.issued:
        return ()
    programme = current_policy().programmes.get(change.matter.programme)
    return change.issued if programme.mailed_paper("notice_issued") else ()
