"""
Whether what other services published has arrived here: a binding that was lost, or a
queue that was emptied, is seen by nobody else.

The broker confirms an event that any queue takes; it does not report that another
reader's queue has lost its binding. So each reader asks the services that announce what
it reads for the events published a minute ago, and looks for them in its inbox. While
messages wait in its queues nothing is concluded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import eventlet
from kombu import Connection as Broker
from prometheus_client import Gauge
from sqlalchemy import Connection, Table, select, text

from shared import telemetry
from shared.messaging import topology
from shared.messaging.peers import events_at
from shared.settings import SERVICES, settings
from shared.storage.database import transaction

LOOK_SECONDS = 30.0
_ANSWER_SECONDS = 5.0
_MISSING = Gauge(
    "jianjian_readings_missing",
    "Events published within the hour that did not arrive, of the newest of each type",
    ["service"],
)
# The inner limit bounds what is looked at after a large ledger.
_SETTLED = text("""
    SELECT id, type FROM (
        SELECT id, type, row_number() OVER (PARTITION BY type ORDER BY position DESC)
        FROM (
            SELECT id, type, position FROM outbox
            WHERE created_at > clock_timestamp() - interval '1 hour'
              AND published_at < clock_timestamp() - interval '1 min'
            ORDER BY position DESC LIMIT 5000
        ) AS newest
        WHERE type = ANY(:types)
    ) AS latest WHERE row_number <= 50
""")


def settled_for(session: Connection, reader: str) -> dict[str, str]:
    """
    Id to type of the newest events for *reader* that were published a minute ago.
    """
    rows = session.execute(_SETTLED, {"types": list(topology.types_read_by(reader))})
    return {str(row.id): row.type for row in rows}


class Arrivals:
    """
    Looks at regular times, and remembers how many events of which types are missing.
    """

    def __init__(self, service: str, inbox: Table) -> None:
        self.service = service
        self.inbox = inbox
        self.missing: Mapping[str, int] = {}
        self._before: frozenset[str] = frozenset()

    def watch(self) -> None:
        while True:
            eventlet.sleep(LOOK_SECONDS)
            try:
                self.note(self._absent())
            except Exception as error:  # noqa: BLE001 - the next look may succeed
                telemetry.log().warning("arrivals_unknown", error=repr(error)[:200])

    def note(self, absent: Mapping[str, str]) -> None:
        """
        Count as missing what was *absent* (event id to type) at two looks in a row:
        what was being handled at the first has arrived, or waits in a queue, at the
        second.
        """
        lost = self._before & absent.keys()
        self._before = frozenset(absent)
        self.missing = Counter(absent[event] for event in lost)
        _MISSING.labels(self.service).set(len(lost))

    def _absent(self) -> dict[str, str]:
        published: dict[str, str] = {}
        for source in _sources(self.service):
            path = f"/outbox/{self.service}/settled"
            published |= events_at(source, path, _ANSWER_SECONDS)
        absent = published.keys() - self._ids_received(published)
        if absent and _is_waited_for(self.service):
            return {}
        return {event: published[event] for event in absent}

    def _ids_received(self, events: Iterable[str]) -> set[str]:
        column = self.inbox.c.event_id
        with transaction(self.service) as session:
            query = select(column).where(column.in_(list(events)))
            return {str(event) for event in session.scalars(query)}


def _sources(reader: str) -> list[str]:
    kinds = topology.types_read_by(reader)
    return sorted({kind.partition(".")[0] for kind in kinds} & set(SERVICES))


def _is_waited_for(service: str) -> bool:
    """
    Whether a message waits in some queue of *service*, dead letters included.
    """
    with Broker(settings["AMQP_URI"], connect_timeout=3) as connection:
        channel = connection.default_channel
        return any(
            channel.queue_declare(queue.name, passive=True).message_count
            for queue in topology.queues_of(service)
        )
