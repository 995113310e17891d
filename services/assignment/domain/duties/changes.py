"""
The changes of duties, as they are announced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from services.assignment import events
from services.assignment.domain.duties.duty import Counted, Duty, Term, Turn
from services.assignment.domain.duties.transitions import (
    HAND_OVERS,
    RELEASES,
    state_after,
)
from services.assignment.domain.facts.base import Step
from services.assignment.events.duties import DutyChange, DutyStanding
from shared.policy.calendar import ONE_DAY


def changes_of(duty: Duty, before: Duty | None) -> Iterator[DutyChange]:
    """
    Yield the changes to announce, so that a reader who knew the duty as it was *before*
    knows it as it is now.

    What was announced of the first term that is another now, and of those after it, is
    taken back, and then announced as it is.
    """
    if before is None:
        yield _change("opened", duty, duty.terms[0], duty.opened_on)
        yield from _announced(duty, duty.turns)
        return
    first = _terms_kept(duty, before)
    # Terms that are as they were keep what was announced, but for single steps.
    common = [turn for turn in before.turns if turn[0] < first]
    yield from _turn_changes(duty, common, [t for t in duty.turns if t[0] < first])
    superseded = [turn for turn in before.turns if turn[0] >= first]
    fresh = [turn for turn in duty.turns if turn[0] >= first]
    if not _same_place(duty, before, first):
        yield from _taken_back(before, superseded)
        yield from _announced(duty, fresh)
        return
    taken_over = first > 0  # The step with which it was taken over stays.
    yield from _taken_back(before, superseded[taken_over:])
    was, now = before.terms[first], duty.terms[first]
    yield _change(
        "moved",
        duty,
        now,
        now.since or duty.opened_on,
        due_before=was.due_on,
        backdated_before=before.backdated,
        from_office=None if was.office == now.office else was.office,
    )
    yield from _announced(duty, fresh[taken_over:])


def standing_of(duty: Duty, before: Duty | None) -> Iterator[DutyStanding]:
    """
    Yield how the duty counts in the shares of what was done in time, if that has
    changed. A duty that was handed over counts at the office that owes it now.
    """
    was, now = before.counts if before else Counted(), duty.counts
    if before and before.office != duty.office:
        if was.due_on:
            yield _standing(before, was, Counted())
        was = Counted()
    if was != now:
        yield _standing(duty, was, now)


def _standing(duty: Duty, was: Counted, now: Counted) -> DutyStanding:
    return DutyStanding(
        duty=duty.id,
        kind=duty.kind,
        office=duty.office,
        report=duty.report,
        due_on=now.due_on,
        done=now.done,
        in_time=now.in_time,
        answer=now.answer,
        due_before=was.due_on,
        done_before=was.done,
        in_time_before=was.in_time,
        answer_before=was.answer,
    )


def _terms_kept(duty: Duty, before: Duty) -> int:
    """
    Return how many terms, from the first on, have not changed.
    """
    if before.backdated != duty.backdated:
        return 0
    pairs = zip(duty.terms, before.terms, strict=False)
    unlike = (place for place, (now, was) in enumerate(pairs) if now != was)
    return next(unlike, min(len(duty.terms), len(before.terms)))


def _same_place(duty: Duty, before: Duty, place: int) -> bool:
    """
    Return whether a term has the same beginning in both, so that only its due day
    differs; the first term always has.
    """
    if place >= min(len(duty.terms), len(before.terms)):
        return False
    now, was = duty.terms[place], before.terms[place]
    return not place or (now.office, now.since) == (was.office, was.since)


def _turn_changes(
    duty: Duty, before: Sequence[Turn], after: Sequence[Turn]
) -> Iterator[DutyChange]:
    """
    Take back the steps that were announced and no longer hold, then announce the new
    ones.
    """
    if before != after:
        announced, current = Counter(before), Counter(after)
        # First what is no more, then what is new: readers count up and down by one.
        yield from _taken_back(duty, sorted((announced - current).elements()))
        yield from _announced(duty, sorted((current - announced).elements()))


def _taken_back(duty: Duty, turns: Iterable[Turn]) -> Iterator[DutyChange]:
    for turn, step in turns:
        if step.kind in HAND_OVERS:
            yield _handed("handed_back", duty, turn, step)
        else:
            opened = state_after(step.kind) == "open"
            what = "discharged" if opened else "resumed"
            yield _change(what, duty, duty.terms[turn], step.on)


def _announced(duty: Duty, turns: Iterable[Turn]) -> Iterator[DutyChange]:
    for turn, step in turns:
        term = duty.terms[turn]
        if step.kind in HAND_OVERS:
            yield _handed("handed_over", duty, turn, step)
        elif state_after(step.kind) == "open":
            yield _change("resumed", duty, term, step.on)
        elif step.kind in RELEASES:
            yield _change("released", duty, term, step.on, reason=step.why)
        else:
            yield _change("discharged", duty, term, step.on)


def _handed(what: str, duty: Duty, turn: int, step: Step) -> DutyChange:
    before = duty.terms[turn - 1]
    return _change(
        what,
        duty,
        duty.terms[turn],
        step.on,
        from_office=before.office,
        due_before=before.due_on,
        backdated_before=duty.backdated,
        paused=state_after(step.kind) != "open",
    )


def _change(what: str, duty: Duty, term: Term, on: date, **fields: Any) -> DutyChange:
    return DutyChange(
        what=what,
        duty=duty.id,
        kind=duty.kind,
        office=term.office,
        on=on,
        due_on=term.due_on,
        backdated=duty.backdated,
        since=term.since,
        **fields,
    )


def overdue(duty: Duty) -> tuple[DutyChange, events.DutyOverdue]:
    """
    Return the announcement that the due day has passed, dated to the day after it: for
    the history of the duty, and as an event.
    """
    late_from = duty.due_on + ONE_DAY
    change = _change("overdue", duty, duty.terms[-1], late_from)
    event = events.DutyOverdue(
        office=duty.office,
        case_number=duty.number,
        occurred_on=change.on,
        programme=duty.programme,
        duty=duty.id,
        kind=duty.kind,
        due_on=duty.due_on,
    )
    return change, event
