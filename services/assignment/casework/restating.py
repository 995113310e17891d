"""
Announces again, with their documents, the closings that were made before closings named
their documents, and the archives that nobody heard of (decision 0049).

The migration names the cases; whichever replica is free takes a set of them.
"""

from __future__ import annotations

from sqlalchemy import Connection

from services.assignment.casework.record import record
from services.assignment.domain.closings.endings import is_granted
from services.assignment.domain.closings.evidence import restatement, standing_closing
from services.assignment.store import (
    Closings,
    ClosingsToRestate,
    Endings,
    load_matters,
)
from shared import telemetry
from shared.storage.database import attempt, is_passing

AT_ONCE = 200  # their matters are locked meanwhile
TRIES = 5


def restate_some(session: Connection) -> bool:
    """
    Restate the closings of some of the cases; whether there may be more.

    A case whose closing cannot be restated is logged and tried again after those that
    failed less often, at most `TRIES` times, and so often again after each
    `jianjian recalculate`. If all are such cases, the next tick takes the next ones.
    """
    tried = ClosingsToRestate(session).take(AT_ONCE, TRIES)
    if not tried:
        return False
    with telemetry.work("closings_restated", trace=telemetry.background_context()):
        left = _restate_each(session, sorted(tried))
        telemetry.add_log_fields(count=len(tried) - len(left))
        ClosingsToRestate(session).put_back({n: tried[n] + 1 for n in left})
    return len(left) < len(tried) == AT_ONCE


def _restate_each(session: Connection, numbers: list[str]) -> list[str]:
    """
    Restate the closings of these cases, at an error each half by itself, and so on;
    the cases that are left, each of which fails alone.
    """
    try:
        with attempt(session):
            _restate(session, numbers)
    except Exception as error:
        if is_passing(error):
            raise
        if len(numbers) == 1:
            telemetry.log().warning(
                "closing_not_restated",
                case_number=numbers[0],
                error=repr(error)[:300],
            )
            return numbers
        half = len(numbers) // 2
        return [
            *_restate_each(session, numbers[:half]),
            *_restate_each(session, numbers[half:]),
        ]
    return []


def _restate(session: Connection, numbers: list[str]) -> None:
    matters = load_matters(session, numbers)
    found = {number: standing_closing(m.facts) for number, m in matters.items()}
    standing = {number: each for number, each in found.items() if each}
    brought = Closings(session).brought([each.closing for each in standing.values()])
    granted = Endings(session).granted(standing)
    happened = []
    for number, closing in standing.items():
        matter = matters[number]
        facts = matter.facts.values()
        ending = granted.get(number) if is_granted(facts) else None
        papers = ending.documents if ending else ()
        ids = (each.document_id for each in papers if each.document_id)
        documents = (*brought.get(closing.closing, ()), *ids)
        happened.append(restatement(matter.as_closed(), closing, facts, documents))
    record(session, *filter(None, happened))
