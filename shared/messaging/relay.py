"""
The relay: a plain process that carries outbox rows to the broker.

One active per service (an advisory lock), rows in order, bulk work last and not while a
large ledger is being read (decision 0065), published in
batches as they were written, with our own confirm tags. The next batch is published
while the broker confirms the last one. A crash between confirm and mark publishes
twice; the inbox makes that harmless. Nothing is ever marked without its confirm.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Container, Iterable, Sequence
from itertools import chain, takewhile
from typing import Any

import psycopg
from amqp import spec
from kombu import Connection
from psycopg.rows import namedtuple_row

from shared import telemetry
from shared.messaging.bundles import bundled, joined
from shared.messaging.gathering import Gathering
from shared.messaging.lanes import lock_of, routing_key
from shared.messaging.outbox import sent_body
from shared.messaging.topology import events_exchange, routed_types
from shared.settings import settings

BATCH = 200
POLL_SECONDS = 1.0
CONFIRM_SECONDS = 15.0
PAUSE_SECONDS = 1.0
# Longer than the longest publishing of a batch, in which nothing asks the database.
LEASE_SECONDS = 40.0

_PENDING = """
    SELECT position, id::text, type, case_number, body::text, bulk,
           extract(epoch FROM created_at)::float8 AS announced
    FROM outbox
    WHERE published_at IS NULL AND (retry_at IS NULL OR retry_at <= clock_timestamp())
      AND position <> ALL(%(under_way)s)
      AND bulk <= (
        -- The lock goes with the statement: it says whether somebody holds bulk back.
        SELECT pg_try_advisory_xact_lock(hashtext(%(lock)s)) OR coalesce((
            SELECT created_at < clock_timestamp() - make_interval(secs => %(longest)s)
            FROM outbox WHERE published_at IS NULL AND bulk
              AND (retry_at IS NULL OR retry_at <= clock_timestamp())
              AND position <> ALL(%(under_way)s)
            ORDER BY position LIMIT 1
        ), false)
      )
    ORDER BY bulk, position LIMIT %(most)s
"""
_MARK = """
    UPDATE outbox SET published_at = clock_timestamp(), refused = NULL, retry_at = NULL
    WHERE position = ANY(%s)
"""
# The longer a row has been refused, the rarer it is tried: others are behind it.
_REFUSE = """
    UPDATE outbox SET refused = %s, retry_at = clock_timestamp()
        + least(clock_timestamp() - created_at, interval '1 min')
    WHERE position = ANY(%s)
"""
# A host that is lost without a word frees its locks after half a minute. A mark that
# a crash of the database takes back is made again by publishing twice.
_OPTIONS = (
    "-c synchronous_commit=off"
    " -c statement_timeout=15000 -c lock_timeout=5000 -c tcp_keepalives_idle=10"
    " -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4"
)
_RELIEVE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user
      AND application_name = %s AND pid <> pg_backend_pid()
      AND state_change < clock_timestamp() - make_interval(secs => %s)
"""


class Publisher:
    """
    A channel in confirm mode, with a window: it publishes on while the broker confirms
    what was published before.

    After any error the whole object is thrown away with its connection: a late
    confirm must never be mistaken for another message's.
    """

    def __init__(self, amqp_uri: str, exchange: str, routed: Container[str]) -> None:
        self.routed = routed
        self.connection = Connection(
            amqp_uri,
            connect_timeout=5,
            heartbeat=30,
            transport_options={"confirm_publish": False, "write_timeout": 10},
        )
        self.exchange = exchange
        self.channel: Any = self.connection.channel()
        self.channel.confirm_select()
        self.channel.events["basic_ack"].add(self._settled)
        self.channel.events["basic_nack"].add(self._refused)
        self.channel.events["basic_return"].add(self._returned)
        self.next_tag = 1
        # Tag to the positions of its events, in the order of the tags.
        self.waiting: dict[int, tuple[int, ...]] = {}
        self.done: list[int] = []
        self.unpublished: set[int] = set()

    def publish(self, rows: Iterable[Any]) -> int:
        """
        Publish *rows* without waiting for their confirms; return in how many messages.
        """
        messages = bundled(rows)
        for bundle in messages:
            self.waiting[self.next_tag] = tuple(row.position for row in bundle)
            self.next_tag += 1
            first = bundle[0]
            # py-amqp's own publishing looks for news of the broker before each message.
            key = routing_key(first.type, bulk=first.bulk)
            self.channel.send_method(
                spec.Basic.Publish,
                "Bssbb",
                # What a service reads must be routed; what none reads need not.
                (0, self.exchange, key, first.type in self.routed, False),
                _message(self.channel, bundle),
            )
        return len(messages)

    def settle(self, unanswered: int = 0) -> tuple[list[int], list[int]]:
        """
        Wait until at most so many messages are without an answer; return the positions
        confirmed since the last call, and those not taken.

        Raises `TimeoutError` when the broker stays silent.
        """
        # For all together: a broker that confirms one message now and then would hold
        # the relay for minutes.
        deadline = time.monotonic() + CONFIRM_SECONDS
        while len(self.waiting) > unanswered:
            seconds_left = deadline - time.monotonic()
            if seconds_left <= 0:
                raise TimeoutError("the broker did not confirm in time")
            self.connection.drain_events(timeout=seconds_left)
        # A message is returned before it is confirmed.
        confirmed = [each for each in self.done if each not in self.unpublished]
        refused = sorted(self.unpublished.difference(self.under_way()))
        self.done.clear()
        self.unpublished.difference_update(refused)
        return confirmed, refused

    def under_way(self) -> list[int]:
        """
        The positions of what was published and is not answered yet.
        """
        return [*chain.from_iterable(self.waiting.values())]

    def beat(self) -> None:
        """
        Keep the connection alive while there is nothing to do.
        """
        with contextlib.suppress(TimeoutError):
            self.connection.drain_events(timeout=0.001)  # the broker's own beats
        self.connection.heartbeat_check()

    def close(self) -> None:
        self.connection.release()

    def _take(self, tag: int, multiple: bool) -> list[int]:  # noqa: FBT001 - py-amqp's
        tags = [*takewhile(tag.__ge__, self.waiting)] if multiple else [tag]
        return [*chain.from_iterable(self.waiting.pop(each) for each in tags)]

    def _settled(self, tag: int, multiple: bool) -> None:  # noqa: FBT001
        self.done += self._take(tag, multiple)

    def _refused(self, tag: int, multiple: bool) -> None:  # noqa: FBT001
        self.unpublished.update(self._take(tag, multiple))

    def _returned(
        self, _exc: Exception, _exchange: str, _key: str, message: Any
    ) -> None:
        # The broker returns an unroutable message before it confirms it.
        first = int(message.headers["x-position"])
        for positions in self.waiting.values():
            if positions[0] == first:
                self.unpublished.update(positions)


def _message(channel: Any, bundle: Sequence[Any]) -> Any:
    first = bundle[0]
    return channel.prepare_message(
        joined([sent_body(row.body, row.position) for row in bundle]),
        content_type="application/json",
        content_encoding="utf-8",
        headers={"x-position": first.position, "x-announced": first.announced},
        properties={"message_id": first.id, "type": first.type, "delivery_mode": 2},
    )


class Relay(threading.Thread):
    """
    Publishes one service's outbox until it is stopped.
    """

    def __init__(self, service: str) -> None:
        super().__init__(name=f"relay-{service}", daemon=True)
        self.service = service
        self.stopping = threading.Event()
        self.active = False
        self.log = telemetry.log().bind(outbox=service)

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                self._carry()
            except Exception as error:  # noqa: BLE001 - reconnect after any error
                self.log.warning("relay_interrupted", error=repr(error)[:300])
                self.stopping.wait(PAUSE_SECONDS)
            finally:
                self.active = False

    def stop(self) -> None:
        self.stopping.set()

    def _carry(self) -> None:
        with psycopg.connect(
            settings.database_url(self.service),
            autocommit=True,
            row_factory=namedtuple_row,
            connect_timeout=5,
            application_name=name_of(self.service),
            options=_OPTIONS,
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=4,
        ) as database:
            self._wait_for_turn(database)
            # Before the first look: what is announced between a look and the wait for
            # news would wait until the next poll.
            database.execute(f"LISTEN outbox_{self.service}")
            publisher = Publisher(
                settings["AMQP_URI"],
                events_exchange(self.service).name,
                routed_types(self.service),
            )
            self.active = not self.stopping.is_set()
            try:
                gathering, carried = Gathering(), 0
                while not self.stopping.is_set():
                    full = carried == BATCH
                    self.stopping.wait(gathering.pause(time.monotonic(), full=full))
                    began = time.monotonic()
                    carried = self._carry_batch(database, publisher)
                    if carried:
                        gathering.begin(began, carried)
                    if not carried and not publisher.waiting:
                        publisher.beat()
                        self._wait_for_news(database)
                self._mark(database, publisher.settle())
            finally:
                publisher.close()

    def _wait_for_turn(self, database: psycopg.Connection[Any]) -> None:
        """
        Hold the service's advisory lock; it goes with this connection.
        """
        while not self.stopping.is_set():
            if take_turn(database, self.service, LEASE_SECONDS):
                return
            self.stopping.wait(POLL_SECONDS)

    def _wait_for_news(self, database: psycopg.Connection[Any]) -> None:
        # Not for ever: a row that is to be tried again at a later moment announces
        # nothing, and a notification is lost with its connection.
        for _ in database.notifies(timeout=POLL_SECONDS, stop_after=1):
            pass

    def _carry_batch(
        self, database: psycopg.Connection[Any], publisher: Publisher
    ) -> int:
        """
        Publish a batch and mark what the broker has answered of the one before; return
        how many events the batch had.
        """
        rows = pending(database, self.service, publisher.under_way())
        messages = publisher.publish(rows)
        self._mark(database, publisher.settle(unanswered=messages))
        return len(rows)

    def _mark(
        self,
        database: psycopg.Connection[Any],
        answers: tuple[list[int], list[int]],
    ) -> None:
        confirmed, refused = answers
        if confirmed:
            database.execute(_MARK, (confirmed,))
        if refused:
            # Unroutable or refused by a full queue: stays pending, and is seen.
            database.execute(_REFUSE, ("not taken by the broker", refused))
            self.log.error("events_not_taken", count=len(refused))


def pending(
    database: psycopg.Connection[Any], service: str, under_way: list[int]
) -> list[Any]:
    """
    The rows of an outbox that are to be published next, without those *under_way*.

    Those of bulk work are left out while something holds them back (`held_back`),
    unless the oldest that could go has been waiting for longer than the setting allows.
    """
    parameters = {
        "under_way": under_way,
        "lock": lock_of(service),
        "longest": settings.integer("BULK_HELD_SECONDS"),
        "most": BATCH,
    }
    return database.execute(_PENDING, parameters, binary=True).fetchall()


def name_of(service: str) -> str:
    """
    The name of the relay of *service* in the database: of its lock and its connection.
    """
    return f"jianjian-relay-{service}"


def take_turn(
    database: psycopg.Connection[Any], service: str, lease_seconds: float
) -> bool:
    """
    Whether this connection got the lock of the relay of *service*.

    The lock is a lease: a working relay asks its database something at least every
    half minute. One that has not for *lease_seconds* hangs; its connection is ended,
    and with it the lock. What it publishes after that is published twice, which the
    inboxes make harmless; it can mark nothing any more.
    """
    name = name_of(service)
    lock = "SELECT pg_try_advisory_lock(hashtext(%s)) AS mine"
    row = database.execute(lock, (name,)).fetchone()
    if row is not None and row.mine:
        return True
    database.execute(_RELIEVE, (name, lease_seconds))
    return False
