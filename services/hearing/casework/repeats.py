"""
On which days further petitions of a case came in, as intake announces them: after a
hearing they show that the matter did not stay settled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection

from services.hearing.store import Repeats
from shared.events import ReceivedEvent

_SIGNS = {"intake.case_repeated": 1, "intake.case_repeat_withdrawn": -1}


def note_repeats(session: Connection, events: Iterable[ReceivedEvent]) -> None:
    """
    Count the petitions of each case and day; events may come in any order.
    """
    counted: Counter[tuple[str, date]] = Counter()
    for event in events:
        if event.type in _SIGNS:
            counted[event.case_number, _came_on(event)] += _SIGNS[event.type]
    if counted:
        Repeats(session).add(counted)


def _came_on(event: ReceivedEvent) -> date:
    payload = event.fields
    day: date = (
        payload["received_on"] or payload.get("repeated_on") or event.occurred_on
    )
    return day
