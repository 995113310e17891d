"""
Clears what is old, so that cost does not grow with age: published events that every
reader has taken, the inbox rows of events that are gone, stored answers, and contents
of documents that no row names.

An outbox row goes `EVENT_DAYS` after it was written, if it is published and in the
inbox of every reader. Its inbox rows go when it is gone: not while a copy may still
come. What goes is added to the sums by which `reconcile` compares both sides (decision
0028). Every set of rows is one statement and one transaction, so that clearing may be
killed anywhere and begins again where it stood.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any

import psycopg
from kombu import Connection as Broker
from prometheus_client import Gauge
from psycopg.rows import namedtuple_row

from shared import clock, telemetry
from shared.messaging import dead_letters, topology
from shared.messaging.cleared import ANNOUNCED, TAKEN, clearing
from shared.messaging.event_catalogue import takers_of
from shared.settings import SERVICES, settings
from shared.storage.contents import DOCUMENT_SERVICES, content_folder

Connections = Mapping[str, psycopg.Connection[Any]]

SET = 5000  # rows of a transaction: some tenths of a second
# A message comes again within the delays of its queue; an hour would do.
_COPY_DAYS = 1
_LIMITS = "-c statement_timeout=60000 -c lock_timeout=5000"
# Whoever holds the lock and asks nothing for two minutes hangs, and loses it.
_LOCK_LIMITS = "-c idle_session_timeout=120000"
_LOCK = "SELECT pg_try_advisory_lock(hashtext('jianjian-housekeeping')) AS mine"
_UNLOCK = "SELECT pg_advisory_unlock(hashtext('jianjian-housekeeping'))"
# Dead letters of an inbox that are read to see whose receipts stay: some 50 MB.
_MOST_LETTERS = 10_000
_OLD_EVENTS = """
    SELECT position, id, type, created_at AS moment FROM outbox
    WHERE created_at < clock_timestamp() - make_interval(days => %(days)s)
      AND created_at > %(after)s AND published_at IS NOT NULL
    ORDER BY created_at LIMIT %(limit)s
"""
_CLEAR_OUTBOX = clearing(
    "outbox",
    "id",
    ANNOUNCED,
    # Sent again a moment ago, it is on its way to readers that have it already.
    f"position = ANY(%s) AND published_at < now() - interval '{_COPY_DAYS} days'",
)
_OLD_RECEIPTS = """
    SELECT event_id AS id, type, received_at AS moment FROM inbox
    WHERE received_at < clock_timestamp() - make_interval(days => %(days)s)
      AND received_at > %(after)s
    ORDER BY received_at LIMIT %(limit)s
"""
_CLEAR_INBOX = clearing("inbox", "event_id", TAKEN, "event_id = ANY(%s)")
_TAKEN = "SELECT event_id AS id FROM inbox WHERE event_id = ANY(%s)"
_STILL_THERE = "SELECT id FROM outbox WHERE id = ANY(%s)"
_CLEAR_ANSWERS = """
    DELETE FROM idempotency WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM idempotency
        WHERE created_at < clock_timestamp() - make_interval(days => %s)
        ORDER BY created_at LIMIT %s
    ))
"""
_NAMED_CONTENTS = "SELECT DISTINCT digest FROM documents WHERE digest = ANY(%s)"
_SUCCEEDED = Gauge(
    "jianjian_housekeeping_timestamp_seconds",
    "When everything old of a service was last cleared",
    ["service"],
)


class AtWorkError(Exception):
    """
    Another process clears at the moment, `reconcile` compares, or dead letters are
    read.
    """


def copies_at(service: str) -> Collection[str] | None:
    """
    The ids of events of which the broker may still deliver a copy to *service*; None
    if that is not known, because messages wait in its queues, or more dead letters than
    are read into memory.

    A dead letter stays where it is until a person decides about it.
    """
    dead = topology.dead_letter_name(service)
    with Broker(settings["AMQP_URI"], connect_timeout=5) as broker:
        channel = broker.default_channel
        waiting = {
            queue.name: channel.queue_declare(queue.name, passive=True).message_count
            for queue in topology.queues_of(service)
        }
    letters = waiting.pop(dead)
    if any(waiting.values()) or letters > _MOST_LETTERS:
        return None
    return dead_letters.events_in(service) if letters else ()


@contextmanager
def turn() -> Iterator[psycopg.Connection[Any]]:
    """
    The right to clear, held by one process at a time.

    Raises `AtWorkError`.
    """
    url = settings.database_url(SERVICES[0])
    with psycopg.connect(url, autocommit=True, options=_LOCK_LIMITS) as guard:
        row = guard.execute(_LOCK).fetchone()
        if row is None or not row[0]:
            raise AtWorkError
        yield guard
        # At once: the end of a connection is noticed a little later.
        guard.execute(_UNLOCK)


def keep_house(
    stopping: threading.Event | None = None,
    copies: Callable[[str], Collection[str] | None] = copies_at,
) -> Counter[str]:
    """
    Clear everything that is old; return how many rows of which table. Stops between two
    sets when *stopping* is set.

    Raises `AtWorkError`.
    """
    with turn() as guard, ExitStack() as opened:
        connections = {
            service: opened.enter_context(
                psycopg.connect(
                    settings.database_url(service),
                    autocommit=True,
                    row_factory=namedtuple_row,
                    connect_timeout=5,
                    application_name="jianjian-housekeeping",
                    options=_LIMITS,
                )
            )
            for service in SERVICES
        }
        counts: Counter[str] = Counter()
        for table, count in _sets(connections, copies):
            counts[table] += count
            # Fails if the guard has lost its connection, and with it the turn: another
            # process may be clearing already.
            guard.execute("SELECT 1")
            if stopping is not None and stopping.is_set():
                break
        return counts


def _sets(
    connections: Connections, copies: Callable[[str], Collection[str] | None]
) -> Iterator[tuple[str, int]]:
    """
    Clear set by set; yield table and number of rows of each.
    """
    for service in SERVICES:
        for count in _clear_outbox(service, connections):
            yield f"{service}.outbox", count
        for count in _clear_answers(connections[service]):
            yield f"{service}.idempotency", count
    for count in _clear_contents(connections):
        yield "documents", count
    for service in SERVICES:
        spared = copies(service)
        if spared is None:
            telemetry.log().info("inbox_not_cleared", inbox=service)
            continue
        for count in _clear_inbox(service, connections, spared):
            yield f"{service}.inbox", count
        _SUCCEEDED.labels(service).set_to_current_time()


def _clear_outbox(source: str, connections: Connections) -> Iterator[int]:
    outbox = connections[source]
    for rows in _old(outbox, _OLD_EVENTS, settings.integer("EVENT_DAYS")):
        unread: set[Any] = set()
        by_reader: dict[str, set[Any]] = {}
        for row in rows:
            for reader in takers_of(row.type):
                by_reader.setdefault(reader, set()).add(row.id)
        # One question for each reader, whatever types the rows are of.
        for reader, events in by_reader.items():
            unread |= events - _ids_there(connections[reader], _TAKEN, events)
        positions = [row.position for row in rows if row.id not in unread]
        yield _cleared(outbox, _CLEAR_OUTBOX, positions)


def _clear_inbox(
    reader: str, connections: Connections, spared: Collection[str]
) -> Iterator[int]:
    inbox = connections[reader]
    # A receipt outlives its event: while a copy can still be delivered, only the
    # receipt keeps it from having its effect twice.
    days = settings.integer("EVENT_DAYS") + _COPY_DAYS
    for rows in _old(inbox, _OLD_RECEIPTS, days):
        still_there: set[Any] = set()
        by_source: dict[str, set[Any]] = {}
        for row in rows:
            by_source.setdefault(row.type.partition(".")[0], set()).add(row.id)
        for source, events in by_source.items():
            still_there |= _ids_there(connections[source], _STILL_THERE, events)
        receipts = [
            row.id
            for row in rows
            if row.id not in still_there and str(row.id) not in spared
        ]
        yield _cleared(inbox, _CLEAR_INBOX, receipts)


def _clear_answers(database: psycopg.Connection[Any]) -> Iterator[int]:
    count = SET
    while count == SET:
        values = (settings.integer("ANSWER_DAYS"), SET)
        count = database.execute(_CLEAR_ANSWERS, values).rowcount
        yield count


def _clear_contents(connections: Connections) -> Iterator[int]:
    """
    Remove the files of contents that were put in before yesterday and that no row
    names: those of requests that were refused or killed.
    """
    folder = content_folder()
    files = folder.old_files()
    while batch := [*islice(files, SET)]:
        digests = [file.name for file in batch]
        used_digests: set[Any] = set()
        for service in DOCUMENT_SERVICES:
            rows = connections[service].execute(_NAMED_CONTENTS, (digests,))
            used_digests |= {row.digest for row in rows}
        yield sum(
            folder.remove(file) for file in batch if file.name not in used_digests
        )


def _cleared(
    database: psycopg.Connection[Any], statement: str, rows: Sequence[Any]
) -> int:
    row = database.execute(statement, (list(rows),)).fetchone()
    return 0 if row is None else int(row.events)


def _old(
    database: psycopg.Connection[Any], query: str, days: int
) -> Iterator[Sequence[Any]]:
    """
    Rows older than so many *days*, the oldest first, set by set.
    """
    after: Any = "-infinity"
    while rows := database.execute(
        query, {"days": days, "after": after, "limit": SET}
    ).fetchall():
        after = rows[-1].moment
        yield rows


def _ids_there(
    database: psycopg.Connection[Any], query: str, events: Collection[Any]
) -> set[Any]:
    return {row.id for row in database.execute(query, (list(events),))}


class Housekeeper(threading.Thread):
    """
    Clears every `HOUSEKEEPING_SECONDS` until it is stopped.
    """

    def __init__(self) -> None:
        super().__init__(name="housekeeper", daemon=True)
        self.stopping = threading.Event()
        self.log = telemetry.log()

    def run(self) -> None:
        for service in SERVICES:
            # It is 0 until everything was cleared for the first time.
            _SUCCEEDED.labels(service).set(0)
        while not self.stopping.is_set():
            self._keep_house()
            self.stopping.wait(settings.integer("HOUSEKEEPING_SECONDS"))

    def _keep_house(self) -> None:
        """
        Clear once; but not while the machine's clock is far from where it was, as
        everything might look old (decision 0011).
        """
        if clock.is_far():
            self.log.error("clock_moved")
            return
        try:
            counts = keep_house(self.stopping)
            self.log.info("house_kept", **{k: n for k, n in counts.items() if n})
        except AtWorkError:
            self.log.info("housekeeping_elsewhere")
        except Exception as error:  # noqa: BLE001 - the next time may succeed
            self.log.warning("housekeeping_failed", error=repr(error)[:300])

    def stop(self) -> None:
        self.stopping.set()
