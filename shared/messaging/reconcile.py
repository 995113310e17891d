"""
The proof that nothing was lost: every announced event in every reader's inbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from shared.messaging.event_catalogue import readers_of
from shared.settings import SERVICES, settings

_BATCH = 5000
_ANNOUNCED = """
    SELECT id, type, published_at IS NOT NULL FROM outbox
    WHERE created_at >= coalesce(%(since)s::timestamptz, '-infinity')
      AND created_at
          < coalesce(%(until)s::timestamptz, clock_timestamp() - interval '10s')
      AND (type NOT LIKE '%%.task.%%'
           OR created_at < clock_timestamp() - make_interval(secs => %(still)s))
"""
_TAKEN = "SELECT event_id FROM inbox WHERE event_id = ANY(%s)"


@dataclass
class Report:
    """
    What was announced, and what of it is missing where.
    """

    announced: int = 0
    unpublished: list[str] = field(default_factory=list)
    missing: list[tuple[str, str, str]] = field(default_factory=list)
    expected: int = 0

    @property
    def clean(self) -> bool:
        return not self.unpublished and not self.missing

    def lines(self) -> Iterator[str]:
        for event in self.unpublished:
            yield f"not published: {event}"
        for reader, kind, event in self.missing:
            yield f"missing in {reader}: {kind} {event}"
        state = "clean" if self.clean else "NOT CLEAN"
        yield (
            f"{state}: {self.announced} events announced,"
            f" {self.expected} readings expected, {len(self.missing)} missing,"
            f" {len(self.unpublished)} unpublished"
        )


def reconcile(
    since: str | None = None, until: str | None = None, still: float | None = None
) -> Report:
    """
    Compare all outboxes with all inboxes for events announced in a span of time, and
    for tasks among them that were announced more than *still* seconds ago (None: the
    setting).
    """
    if still is None:
        still = settings.integer("STILL_SECONDS")
    report = Report()
    connections = {s: psycopg.connect(settings.database_url(s)) for s in SERVICES}
    try:
        for source in SERVICES:
            with connections[source].cursor(name="announced") as cursor:
                cursor.execute(
                    _ANNOUNCED, {"since": since, "until": until, "still": still}
                )
                while rows := cursor.fetchmany(_BATCH):
                    _compare(rows, connections, report)
    finally:
        for connection in connections.values():
            connection.close()
    return report


def _compare(
    rows: Sequence[tuple[Any, str, bool]],
    connections: dict[str, psycopg.Connection[Any]],
    report: Report,
) -> None:
    report.announced += len(rows)
    report.unpublished += [str(event) for event, _, sent in rows if not sent]
    by_reader: dict[str, dict[str, str]] = {}
    for event, kind, _ in rows:
        for reader in _takers_of(kind):
            by_reader.setdefault(reader, {})[str(event)] = kind
    for reader, events in by_reader.items():
        report.expected += len(events)
        handled = connections[reader].execute(_TAKEN, (list(events),)).fetchall()
        absent = events.keys() - {str(event) for (event,) in handled}
        report.missing += [(reader, events[event], event) for event in sorted(absent)]


def _takers_of(kind: str) -> tuple[str, ...]:
    """
    The services in whose inbox an event or a task is found when its work is done.
    """
    source, _, rest = kind.partition(".")
    return (source,) if rest.startswith("task.") else readers_of(kind)
