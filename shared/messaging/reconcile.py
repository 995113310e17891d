"""
The proof that nothing was lost and nothing came from nowhere: every announced event in
every reader's inbox, and every event of an inbox in the outbox of its service.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from shared.messaging.event_catalogue import readers_of
from shared.settings import SERVICES, settings

_BATCH = 5000
_ANNOUNCED = """
    SELECT id, type, published_at IS NOT NULL,
           type LIKE '%%.task.%%'
           AND created_at >= clock_timestamp() - make_interval(secs => %(still)s)
    FROM outbox
    WHERE created_at >= coalesce(%(since)s::timestamptz, '-infinity')
      AND created_at
          < coalesce(%(until)s::timestamptz, clock_timestamp() - interval '10s')
"""
_TAKEN = "SELECT event_id FROM inbox WHERE event_id = ANY(%s)"
_RECEIVED = """
    SELECT event_id, type FROM inbox
    WHERE received_at >= coalesce(%s::timestamptz, '-infinity')
"""
_ORIGINS = "SELECT id FROM outbox WHERE id = ANY(%s)"


@dataclass
class Report:
    """
    What was announced, what of it is missing where, and what was taken that nobody has
    announced: after a restore, events of the time that was lost.
    """

    announced: int = 0
    unpublished: list[str] = field(default_factory=list)
    missing: list[tuple[str, str, str]] = field(default_factory=list)
    expected: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    without_origin: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not (self.unpublished or self.missing or self.without_origin)

    def lines(self) -> Iterator[str]:
        for event in self.unpublished:
            yield f"not published: {event}"
        for reader, kind, event in self.missing:
            yield f"missing in {reader}: {kind} {event}"
        for reader, kind, event in self.without_origin:
            yield f"taken by {reader}, but in no outbox: {kind} {event}"
        state = "clean" if self.clean else "NOT CLEAN"
        yield (
            f"{state}: {self.announced} events announced,"
            f" {self.expected} readings expected, {len(self.missing)} missing,"
            f" {len(self.unpublished)} unpublished,"
            f" {len(self.without_origin)} without origin"
        )


def reconcile(
    since: str | None = None, until: str | None = None, still: float | None = None
) -> Report:
    """
    Compare all outboxes with all inboxes for events announced in a span of time. A task
    is missed when it was announced more than *still* seconds ago (None: the setting).
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
        for reader in SERVICES:
            _find_strangers(reader, since, connections, report)
    finally:
        for connection in connections.values():
            connection.close()
    return report


def _compare(
    rows: Sequence[tuple[Any, str, bool, bool]],
    connections: dict[str, psycopg.Connection[Any]],
    report: Report,
) -> None:
    report.announced += len(rows)
    report.unpublished += [str(event) for event, _, sent, _ in rows if not sent]
    under_way = {str(event) for event, *_, young in rows if young}
    by_reader: dict[str, dict[str, str]] = {}
    for event, kind, _, _ in rows:
        for reader in _takers_of(kind):
            by_reader.setdefault(reader, {})[str(event)] = kind
    for reader, events in by_reader.items():
        report.expected += len(events)
        handled = connections[reader].execute(_TAKEN, (list(events),)).fetchall()
        report.taken[reader] += len(handled)
        absent = events.keys() - {str(event) for (event,) in handled} - under_way
        report.missing += [(reader, events[event], event) for event in sorted(absent)]


def _takers_of(kind: str) -> tuple[str, ...]:
    """
    The services in whose inbox an event or a task is found when its work is done.
    """
    source, _, rest = kind.partition(".")
    return (source,) if rest.startswith("task.") else readers_of(kind)


def _find_strangers(
    reader: str,
    since: str | None,
    connections: dict[str, psycopg.Connection[Any]],
    report: Report,
) -> None:
    """
    Name what a reader has taken and no outbox holds.

    If as many rows as there are were found by their announcements, there is nothing
    else, and no row is looked at.
    """
    if since is None:
        count = connections[reader].execute("SELECT count(*) FROM inbox").fetchone()
        if count == (report.taken[reader],):
            return
    with connections[reader].cursor(name="received") as cursor:
        cursor.execute(_RECEIVED, (since,))
        while rows := cursor.fetchmany(_BATCH):
            by_source: dict[str, dict[str, str]] = {}
            for event, kind in rows:
                source = kind.partition(".")[0]
                by_source.setdefault(source, {})[str(event)] = kind
            for source, events in by_source.items():
                found = connections[source].execute(_ORIGINS, (list(events),))
                strangers = events.keys() - {str(event) for (event,) in found}
                report.without_origin += [
                    (reader, events[event], event) for event in sorted(strangers)
                ]
