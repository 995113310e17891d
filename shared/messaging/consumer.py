"""
The receiving side under nameko: the only place that touches its consumers.

A message is acknowledged after its effect is committed, sent to a delay queue
when the handler fails, and dead-lettered with its reason when it cannot be read or has
failed too often. It is never dropped, never loops hot and never blocks others.

Events are handled in batches: whatever has arrived since the last batch began is the
next one (decision 0024). Bulk work waits while other events are handled (decision
0025). A task is handled alone.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, ClassVar

import eventlet
from eventlet.event import Event
from eventlet.semaphore import Semaphore
from kombu import Connection
from nameko.amqp.consume import Consumer as NamekoConsumer
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from shared import telemetry
from shared.messaging.deliveries import (
    FOR_GOOD,
    Arrival,
    Delivery,
    HandedOver,
    LockedElsewhere,
    NonRetryable,
)
from shared.messaging.gathering import Gathering
from shared.messaging.lanes import BULK
from shared.messaging.publish import forward
from shared.messaging.topology import dead_letter_name, retry_exchange
from shared.settings import settings
from shared.storage.database import is_passing

_GIVE_WAY_SECONDS = 0.5  # for which a batch of bulk work waits at most
_LOOK_SECONDS = 0.002
_BUNDLES = 10  # messages of bulk work in hand
TASKS = 3  # in hand per process: each holds a connection and may hold a process
_SAFE_HEADERS = ("x-position", "x-announced")


@dataclass(frozen=True)
class _Batch:
    """
    The messages whose events are handled together; *is_full*: it waits for no more.
    """

    arrivals: Sequence[Arrival]
    is_full: bool


class _Core(NamekoConsumer):
    """
    nameko's consumer, stopping without losing or repeating what is in hand.
    """

    def __init__(self, *args: Any, on_raw: Callable[[Any], None], **more: Any) -> None:
        super().__init__(*args, **more)
        self.on_raw = on_raw
        self.in_hand = 0
        self.draining = False
        self.connected = False
        self.consumers: list[Any] = []

    def get_consumers(self, consumer_cls: Any, _channel: Any) -> list[Any]:
        # Declared by `jianjian topology`, not here; decoded by us, not by kombu.
        consumer = consumer_cls(
            queues=self.queues, on_message=self.on_raw, auto_declare=False
        )
        consumer.qos(prefetch_count=self.prefetch_count)
        self.consumers = [consumer]
        return self.consumers

    def on_consume_ready(
        self, connection: Any, channel: Any, consumers: Any, **more: Any
    ) -> None:
        super().on_consume_ready(connection, channel, consumers, **more)
        self.connected = True

    def on_connection_error(self, exc: Any, interval: Any) -> None:
        self.connected = False
        super().on_connection_error(exc, interval)

    def stop(self) -> None:
        self.draining = True

    def on_iteration(self) -> None:
        # First no new messages, then the end of what is in hand, then the connection:
        # an acknowledgement needs its channel.
        if self.draining and self.consumers:
            for consumer in self.consumers:
                consumer.cancel()
            self.consumers = []
        if self.draining and self.in_hand <= 0:
            self.should_stop = True


class _Sender:
    """
    Publishes one message with its confirm; reconnects after any error.
    """

    def __init__(self) -> None:
        self._turn = Semaphore()
        self._connection: Connection | None = None

    def send(self, message: Any, *, exchange: str, key: str, headers: Any) -> None:
        with self._turn:
            try:
                if self._connection is None:
                    self._connection = Connection(
                        settings["AMQP_URI"],
                        connect_timeout=5,
                        transport_options={"confirm_publish": True},
                    )
                channel = self._connection.default_channel
                forward(channel, message, exchange=exchange, key=key, headers=headers)
            except Exception:
                connection, self._connection = self._connection, None
                if connection is not None:
                    # Closing a broken connection may wait for its timeout; the next
                    # message does not wait with it.
                    eventlet.spawn(_close_quietly, connection)
                raise


def _close_quietly(connection: Connection) -> None:
    with contextlib.suppress(Exception):  # it was broken anyway
        connection.release()


class QueueConsumer(Entrypoint):
    """
    Reads the service's queue of *kind*: `in` for events, `bulk` for those of bulk work,
    `tasks` for its tasks.
    """

    kinds: ClassVar[dict[str, QueueConsumer]] = {}

    def __init__(self, kind: str, **more: Any) -> None:
        self.kind = kind
        self.sender = _Sender()
        self.waiting: list[Arrival] = []
        self.takes_batches = False
        self.at_work = False
        self.gathering = Gathering()
        super().__init__(**more)

    def setup(self) -> None:
        # Imported here: the topology asks the services what they read.
        from shared.messaging import topology  # noqa: PLC0415

        service = self.container.service_name
        queues = {"in": topology.incoming, BULK: topology.bulk, "tasks": topology.tasks}
        self.consumer = _Core(
            settings["AMQP_URI"],
            queues=[queues[self.kind](service)],
            heartbeat=30,
            prefetch_count=self._most_in_hand(),
            on_raw=self.take,
        )
        QueueConsumer.kinds[self.kind] = self

    def _most_in_hand(self) -> int:
        if self.kind == "tasks":
            return TASKS
        # The next batch is there already, also if no message of it is a bundle.
        return _BUNDLES if self.kind == BULK else 2 * settings.integer("PREFETCH")

    def start(self) -> None:
        # Not waiting for the broker: readiness says whether it is there.
        self.container.spawn_managed_thread(self.consumer.run)

    def stop(self) -> None:
        self.consumer.stop()
        while not self.consumer.should_stop:
            eventlet.sleep(0.05)

    def take(self, message: Any) -> None:
        """
        Let *message* wait for its batch: one batch of events is handled at a time; a
        task is handled alone.
        """
        self.consumer.in_hand += 1
        if self.kind == "tasks":
            alone = partial(self._handle, [Arrival.of(message)])
            self.container.spawn_managed_thread(alone, identifier="task")
            return
        self.waiting.append(Arrival.of(message))
        if not self.takes_batches:
            self.takes_batches = True
            self.container.spawn_managed_thread(self._work)

    def _work(self) -> None:
        """
        Handle what waits, batch by batch, until nothing does.
        """
        try:
            while self.waiting:
                # Looked at twice: whether to wait for more, and after the wait what
                # there is.
                full = self._next_batch().is_full
                eventlet.sleep(self.gathering.pause(time.monotonic(), full=full))
                began = time.monotonic()
                if self.kind == BULK:
                    self._give_way()
                batch = self._next_batch().arrivals
                events = sum(len(arrival.deliveries) for arrival in batch)
                self.gathering.begin(began, events)
                self.waiting = self.waiting[len(batch) :]
                self.at_work = True
                self._handle(batch)
                self.at_work = False
        finally:
            self.at_work = self.takes_batches = False

    def _next_batch(self) -> _Batch:
        """
        The first messages that wait, until they have as many events as a batch has.
        """
        count, most = 0, self._most_in_batch()
        for place, arrival in enumerate(self.waiting, 1):
            count += len(arrival.deliveries)
            if count >= most:
                return _Batch(self.waiting[:place], is_full=True)
        return _Batch(self.waiting, is_full=False)

    def _most_in_batch(self) -> int:
        """
        What a person did waits for the batch of bulk work under way: while persons are
        at work such batches are small, and otherwise large, for large ones cost less.
        """
        most = settings.integer("PREFETCH")
        if self.kind != BULK:
            return most
        persons = QueueConsumer.kinds["in"].gathering
        return 2 * most if persons.at_rest(time.monotonic()) else -(-most // 2)

    @staticmethod
    def _give_way() -> None:
        """
        Wait while this process handles what is not bulk work, but not for ever: where
        there always is some, bulk work goes on slowly.
        """
        events_queue = QueueConsumer.kinds["in"]
        end = time.monotonic() + _GIVE_WAY_SECONDS
        while (events_queue.at_work or events_queue.waiting) and time.monotonic() < end:
            eventlet.sleep(_LOOK_SECONDS)

    def _handle(self, batch: Sequence[Arrival]) -> None:
        """
        Have one worker handle a batch; returns once every message is settled.
        """
        finished = Event()
        deliveries = [each for arrival in batch for each in arrival.deliveries]

        def settle(_worker: Any, result: Any = None, exc_info: Any = None) -> Any:
            errors = [exc_info[1]] * len(deliveries) if exc_info else result
            try:
                self._settle(batch, errors or [None] * len(deliveries))
            finally:
                finished.send()
            return result, None

        try:
            self.container.spawn_worker(self, (deliveries,), {}, handle_result=settle)
        except ContainerBeingKilled:
            for arrival in batch:
                self.consumer.requeue_message(arrival.message)
            return
        finished.wait()

    def _settle(
        self, batch: Sequence[Arrival], errors: Sequence[BaseException | None]
    ) -> None:
        """
        Acknowledge each message; retry or dead-letter each event that failed by itself.
        """
        deliveries = [each for arrival in batch for each in arrival.deliveries]
        # One iterator for all messages: each takes the outcomes of its own events from
        # it.
        outcomes = iter([*zip(deliveries, errors, strict=True)])
        try:
            if all(error is None for error in errors):
                self._settle_part(batch, [])
                return
            for arrival in batch:
                of_this = [*islice(outcomes, len(arrival.deliveries))]
                self._settle_part([arrival], of_this)
        finally:
            self.consumer.in_hand -= len(batch)

    def _settle_part(
        self,
        part: Sequence[Arrival],
        outcomes: Sequence[tuple[Delivery, BaseException | None]],
    ) -> None:
        """
        Settle one message of which something may have failed, or messages that were all
        done.
        """
        messages = [arrival.message for arrival in part]
        failed = [(event, error) for event, error in outcomes if error is not None]
        try:
            if failed and all(is_passing(error) for _, error in failed):
                # The database is away: what came together is tried again together.
                failed = [(part[0].whole, failed[0][1])]
            for delivery, error in failed:
                if isinstance(error, HandedOver):
                    self._hand_over(messages[0])
                    return
                self._retry_or_dead_letter(delivery, error)
            self._acknowledge(messages)
        except Exception as fault:  # noqa: BLE001 - the broker is away: it redelivers
            telemetry.log().warning("message_not_settled", error=repr(fault)[:300])
            eventlet.sleep(1)
            for message in messages:
                self.consumer.requeue_message(message)

    @staticmethod
    def _acknowledge(messages: Sequence[Any]) -> None:
        """
        One acknowledgement for all; what came before them is settled already.

        After a new connection a batch has messages of two channels.
        """
        last = {id(message.channel): message for message in messages}
        # An acknowledgement of several is of all up to its tag, on one channel.
        for message in last.values():
            if message.channel.connection:
                message.ack(multiple=len(messages) > 1)

    def _hand_over(self, message: Any) -> None:
        """
        Requeue *message* once this process reads no more: it would get it again.
        """
        while self.consumer.consumers:
            eventlet.sleep(0.05)
        self.consumer.requeue_message(message)

    def _retry_or_dead_letter(self, event: Delivery, error: BaseException) -> None:
        service, every = self.container.service_name, event.headers
        # x-death and its like would make the broker see cycles where there are none.
        headers = {name: every[name] for name in _SAFE_HEADERS if name in every}
        # How often it failed stands in the message: any replica may get it next time.
        failed = event.attempt
        tiers = settings.retry_seconds
        tier = failed // settings.integer("ATTEMPTS_PER_TIER")
        # While the database is away nothing is given up: that is no failed attempt.
        if isinstance(error, LockedElsewhere) or is_passing(error):
            tier = min(tier, len(tiers) - 1)
        else:
            failed += 1
        headers["x-attempt"] = failed
        headers["x-reason"] = f"{type(error).__name__}: {error}"[:500]
        if isinstance(error, FOR_GOOD) or tier >= len(tiers):
            headers["x-queue"] = self.kind
            if self.kind == "tasks":
                self._give_up(event)
            self.sender.send(
                event, exchange="", key=dead_letter_name(service), headers=headers
            )
            telemetry.DEAD_LETTERED.labels(service).inc()
            return
        self.sender.send(
            event,
            exchange=retry_exchange(service).name,
            key=f"{tiers[tier]}.{self.kind}",
            headers=headers,
        )
        telemetry.RETRIES.labels(service).inc()

    def _give_up(self, task: Delivery) -> None:
        """
        Have the service record that a task will be dead-lettered; a task of another
        service need not be recorded.
        """
        with contextlib.suppress(NonRetryable):
            self.container.service_cls.give_up(task.envelope())


consumes = QueueConsumer.decorator


def connected() -> list[str]:
    """
    The kinds of queue this process does not hold a consumer on, by name.
    """
    return [k for k, e in QueueConsumer.kinds.items() if not e.consumer.connected]


def stop_consuming() -> None:
    """
    Read no more messages; what is in hand is finished or handed over.
    """
    for entrypoint in QueueConsumer.kinds.values():
        entrypoint.consumer.stop()


def hand_over_if_stopping() -> None:
    """
    Called between the parts of a long task, each of them committed.

    Raises `HandedOver` when the process is about to stop.
    """
    if any(e.consumer.draining for e in QueueConsumer.kinds.values()):
        raise HandedOver("the process stops")
