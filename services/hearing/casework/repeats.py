"""
On which days further petitions of a case came in, as intake announces them: after a
hearing they show that the matter did not stay settled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from services.hearing.store import repeats
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
    if not counted:
        return
    added = insert(repeats)
    session.execute(
        added.on_conflict_do_update(
            index_elements=[repeats.c.case_number, repeats.c.received_on],
            set_={"petitions": repeats.c.petitions + added.excluded.petitions},
        ),
        [
            {"case_number": number, "received_on": received_on, "petitions": petitions}
            for (number, received_on), petitions in sorted(counted.items())
        ],
    )


def first_repeat(
    session: Connection, number: str, since: date, until: date
) -> date | None:
    """
    The first day after *since*, *until* at the latest, on which a further petition of a
    case came in; None if none is known.
    """
    query = select(func.min(repeats.c.received_on)).where(
        repeats.c.case_number == number,
        repeats.c.received_on > since,
        repeats.c.received_on <= until,
        repeats.c.petitions > 0,
    )
    found: date | None = session.execute(query).scalar_one()
    return found


def _came_on(event: ReceivedEvent) -> date:
    said = event.fields
    came: date = said["received_on"] or said.get("repeated_on") or event.occurred_on
    return came
