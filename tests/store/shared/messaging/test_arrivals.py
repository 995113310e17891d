"""
A reader sees what was published for it and did not arrive, and nothing else.
"""

from __future__ import annotations

import sqlalchemy as sa

from services.assignment.store import TABLES
from services.intake.store import OUTBOX
from shared.messaging.arrivals import Arrivals, settled_for
from shared.telemetry import background_context, work
from tests.builders import petition_registered

PUBLISHED = sa.text(
    "UPDATE outbox SET published_at = clock_timestamp() - CAST(:ago AS interval)"
    " WHERE case_number = :number RETURNING id"
)


def test_what_was_published_a_minute_ago_should_have_arrived(migrated):
    old, fresh = petition_registered(), petition_registered()
    with migrated.engine("intake").connect() as session:
        with work("test", trace=background_context()):
            OUTBOX.announce(session, old, fresh)
        ago = {"2 min": old, "10 s": fresh}
        settled, under_way = (
            session.execute(PUBLISHED, {"ago": time, "number": event.case_number})
            for time, event in ago.items()
        )
        found = settled_for(session, "assignment")

    assert found[str(settled.scalar_one())] == "intake.petition_registered"
    assert str(under_way.scalar_one()) not in found


def test_what_is_absent_twice_is_missing_until_it_arrives():
    arrivals, counts = Arrivals("assignment", TABLES["inbox"]), []
    for absent in ({"1": "a"}, {"1": "a", "2": "b"}, {"2": "b"}, {}):
        arrivals.note(absent)
        counts.append(dict(arrivals.missing))

    assert counts == [{}, {"a": 1}, {"b": 1}, {}]
