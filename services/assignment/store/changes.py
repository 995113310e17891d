"""
Many matters at once: loaded and locked as they were computed last, and their changes
saved.

However many matters there are, the number of statements is the same. Rows are locked in
the order of their numbers, and only the transaction that has locked its row changes a
matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, String, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from services.assignment.domain.duties.duty import Duty
from services.assignment.domain.duties.history import HistoryLine, history_line
from services.assignment.domain.escalation.steps import EscalationStep
from services.assignment.domain.facts.base import Fact
from services.assignment.domain.facts.further import OWN, about_enrolments, seen_by_each
from services.assignment.domain.matter import BegunMatter, Change, Matter, MatterState
from services.assignment.store.duties.duties import Duties
from services.assignment.store.duties.escalation import EscalationSteps, NextSteps
from services.assignment.store.duties.notices import Notices
from services.assignment.store.enrolments import Enrolments
from services.assignment.store.facts import decode, encode
from services.assignment.store.leaders.leaders import Profiles
from services.assignment.store.matters import STATE, row_of_matter, state_of
from services.assignment.store.tables import facts, matters
from shared import clock
from shared.storage.row_sets import as_rows, insert_rows
from shared.telemetry import trace_context

_state_of = attrgetter(*STATE)
_NUMBERS = bindparam("numbers", type_=ARRAY(String))

# Built once: building a statement costs more than sending it.
_LOCK = (
    select(matters)
    .where(matters.c.number == func.any(_NUMBERS))
    .order_by(matters.c.number)
    .with_for_update()
)
_BEGIN = insert_rows(matters).on_conflict_do_nothing().returning(matters)
_FACTS = (
    select(facts.c.number, facts.c.event_id, facts.c.type, facts.c.occurred_on)
    .add_columns(facts.c.payload)
    .where(facts.c.number == func.any(_NUMBERS))
    .order_by(facts.c.position)
)
_ADD_FACTS = insert_rows(facts)
_NEW = insert_rows(matters)
_PUT = _NEW.on_conflict_do_update(
    index_elements=[matters.c.number],
    set_={name: _NEW.excluded[name] for name in STATE if name != "number"},
)


def load_matters(session: Connection, numbers: Iterable[str]) -> dict[str, Matter]:
    """
    Load the matters of these numbers and lock them. A matter that is not there yet is
    inserted as a placeholder, so that a fact that arrives before the beginning can be
    stored.
    """
    # Those that are there are locked in one order, whoever asks: two transactions that
    # share them wait for each other in turn. Missing ones are begun afterwards: those
    # that begin one and share others may wait in a circle, which the database ends.
    all_numbers = sorted(set(numbers))
    if not all_numbers:
        return {}
    rows = _locked(session, all_numbers)
    every = list(rows)
    absent = [number for number in all_numbers if number not in rows]
    if absent:
        inserted = session.execute(
            _BEGIN, as_rows(map(row_of_matter, map(Matter, absent)))
        )
        rows |= {row.number: row for row in inserted}
        # Another transaction has begun the others meanwhile.
        begun_elsewhere = _locked(session, [n for n in absent if n not in rows])
        rows |= begun_elsewhere
        every += begun_elsewhere
    facts_of = _facts(session, every)
    duties = _by_number(Duties(session).of_matters(every))
    steps = _by_number(EscalationSteps(session).of_matters(every))
    by_number = {
        number: _matter(rows[number], facts_of[number], duties[number], steps[number])
        for number in all_numbers
    }
    # Nearly every case stands in one programme: only the others need the second query.
    several = [n for n in every if about_enrolments(facts_of[n].values())]
    standings = Enrolments(session).of_cases(several)
    return by_number | {
        number: _in_each(by_number[number], standings[number]) for number in several
    }


def save_changes(session: Connection, changes: Sequence[Change]) -> None:
    """
    Save the changes of matters that this transaction has loaded and locked.
    """
    _save_facts(session, changes)
    _save_states(session, changes)
    _save_duties(session, changes)
    _save_leaderships(session, changes)
    notices = Notices(session)
    notices.insert(*(notice for change in changes for notice in change.issued))
    notices.end([fact for change in changes for fact in change.ended_notices])
    _save_steps(session, changes)


def _locked(session: Connection, numbers: Sequence[str]) -> dict[str, Row[Any]]:
    if not numbers:
        return {}
    rows = session.execute(_LOCK, {"numbers": list(numbers)}).all()
    return {row.number: row for row in rows}


def _facts(
    session: Connection, numbers: Sequence[str]
) -> defaultdict[str, dict[str, Fact]]:
    by_number = defaultdict[str, dict[str, Fact]](dict)
    if not numbers:
        return by_number
    rows = session.execute(_FACTS, {"numbers": list(numbers)}).all()
    for number, identity, *fact in rows:
        by_number[number][identity] = decode(*fact)
    return by_number


Owned = TypeVar("Owned", Duty, EscalationStep)


def _by_number(records: Iterable[Owned]) -> defaultdict[str, dict[str, Owned]]:
    by_number = defaultdict[str, dict[str, Owned]](dict)
    for record in records:
        by_number[record.number][record.id] = record
    return by_number


def _matter(
    row: Row[Any],
    by_id: dict[str, Fact],
    duties: dict[str, Duty],
    steps: dict[str, EscalationStep],
) -> Matter:
    return Matter(**state_of(row), facts=by_id, duties=duties, past_steps=steps)


def _in_each(matter: Matter, standings: Mapping[str, BegunMatter]) -> Matter:
    """
    Return a case with its state in each further programme, by the code of the
    programme.
    """
    by_programme = dict(seen_by_each(matter.facts))
    own = by_programme.pop(OWN)
    enrolled = {}
    for code, facts_seen in by_programme.items():
        state = standings.get(code)
        fields = vars(state or MatterState(matter.number, programme=code))
        enrolled[code] = Matter(
            **{**fields, "office": matter.office},
            further=True,
            facts=facts_seen if state else {},
            duties=_of_programme(matter.duties, code),
            past_steps=_of_programme(matter.past_steps, code),
        )
    further_codes = by_programme.keys()
    return replace(
        matter,
        facts=own,
        duties={
            k: d for k, d in matter.duties.items() if d.programme not in further_codes
        },
        past_steps={
            k: step
            for k, step in matter.past_steps.items()
            if step.programme not in further_codes
        },
        every=matter.facts,
        enrolled=enrolled,
    )


def _of_programme(records: Mapping[str, Owned], programme: str) -> dict[str, Owned]:
    return {key: each for key, each in records.items() if each.programme == programme}


def _save_facts(session: Connection, changes: Iterable[Change]) -> None:
    now = clock.now()
    rows = [
        {
            "event_id": identity,
            "number": change.matter.number,
            "type": fact.name,
            "occurred_on": fact.on,
            "payload": encode(fact),
            "actor": trace_context(change.matter.number).actor,
            "recorded_at": now,
        }
        for change in changes
        for identity, fact in change.facts.items()
    ]
    if rows:
        session.execute(_ADD_FACTS, as_rows(rows))


def _save_states(session: Connection, changes: Iterable[Change]) -> None:
    states = [
        change.matter
        for change in changes
        if _state_of(change.matter) != _state_of(change.before)
    ]
    rows = [row_of_matter(matter) for matter in states if not matter.further]
    if rows:
        session.execute(_PUT, as_rows(rows))
    Enrolments(session).save(
        matter for matter in states if matter.further and matter.opened_on
    )


def _save_duties(session: Connection, changes: Iterable[Change]) -> None:
    """
    The duties, and in their history what changed of each, why and by whom.
    """
    duties, history = Duties(session), list[HistoryLine]()
    duties.save([duty for change in changes for duty in change.duties])
    for change in changes:
        actor = trace_context(change.matter.number).actor
        history += [
            history_line(each, cause=change.cause, actor=actor, reason=change.reason)
            for each in change.changed_duties
        ]
    duties.note(history)


def _save_leaderships(session: Connection, changes: Iterable[Change]) -> None:
    """
    Who leads: of a case in its own programme with the case, in a further one with its
    enrolment.
    """
    own, further = {}, {}
    for change in changes:
        matter, leadership = change.matter, change.leadership
        if leadership is None:
            continue
        if matter.further:
            further[matter.number, matter.programme] = leadership
        else:
            own[matter.number] = leadership
    Profiles(session).save(own)
    Enrolments(session).save_led(further)


def _save_steps(session: Connection, changes: Iterable[Change]) -> None:
    """
    The escalation steps that were reached or have ended, and those that are next.
    """
    steps = EscalationSteps(session)
    steps.insert(*(step for change in changes for step in change.reached))
    steps.end([step for change in changes for step in change.ended_steps])
    next_steps = NextSteps(session)
    next_steps.save(
        (step, change.matter.number, change.matter.programme)
        for change in changes
        for step in change.next_steps.values()
        if step
    )
    next_steps.remove(
        [
            subject
            for change in changes
            if change.before.opened_on  # in a new matter nothing waits yet
            for subject, step in change.next_steps.items()
            if step is None
        ]
    )
