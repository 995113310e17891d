"""
Feeds again what was announced and did not arrive: after a broker lost its disk, a
binding was missing, or a backup was restored.

The relay publishes the rows once more, to every reader; who has them already takes
nothing twice. A task is announced again until it is done. All of it is late already: it
goes by the lane of bulk work.
"""

from __future__ import annotations

from collections import Counter

import psycopg

from shared.messaging import dead_letters
from shared.messaging.reconcile import reconcile
from shared.settings import SERVICES, settings

_AGAIN = """
    UPDATE outbox SET published_at = NULL, retry_at = NULL, bulk = true
    WHERE id = ANY(%s::uuid[])
"""


def resend(since: str | None = None, until: str | None = None) -> Counter[str]:
    """
    Let the relay publish again what some reader has not got, and the tasks that are not
    done; return the number of both by source.

    Dead letters are left out: they have arrived, and a person decides about them.
    """
    dead = dead_letters.list_letters(SERVICES)
    arrived = {event for letter in dead for event in letter.event_ids()}
    events_by_source: dict[str, set[str]] = {}
    for _, kind, event in reconcile(since, until, still=0).missing:
        if event not in arrived:
            events_by_source.setdefault(kind.partition(".")[0], set()).add(event)
    for source, events in events_by_source.items():
        with psycopg.connect(settings.database_url(source)) as database:
            database.execute(_AGAIN, (sorted(events),))
            database.execute(f"NOTIFY outbox_{source}")
    return Counter({source: len(events) for source, events in events_by_source.items()})
