"""
The whole topology of the broker, from one definition.

`jianjian topology` declares it before anything starts; readiness verifies it.
Per service: an exchange for its events, a queue it reads and one of the bulk work among
what it reads, a queue of its tasks, delay queues with one fixed delay each, and a
dead-letter queue. A message that waited in a delay queue returns to the queue it came
from.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from kombu import Connection, Exchange, Queue, binding

from shared.messaging.lanes import BULK, routing_key
from shared.settings import SERVICES, settings

# A crash returns everything in hand at once, so this is far above the attempts
# a handler gets: only a message that kills its process reaches it.
DELIVERY_LIMIT = 50
MAX_LENGTH = 1_000_000

# `at-least-once` works with `reject-publish` alone: with another overflow RabbitMQ
# falls back to at most once without a word, and a dead letter may be lost.
_SAFE_DEAD_LETTERS = {
    "x-queue-type": "quorum",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
    "x-max-length": MAX_LENGTH,
}


def events_exchange(service: str) -> Exchange:
    """Where a service's events are announced, by event type."""
    return Exchange(f"{service}.events", type="topic", durable=True)


def retry_exchange(service: str) -> Exchange:
    """Takes `{seconds}.{queue}` to the delay queue of so many seconds."""
    return Exchange(f"{service}.retry", type="topic", durable=True)


def return_exchange(service: str) -> Exchange:
    """Routes messages back from the delay queues."""
    return Exchange(f"{service}.return", type="topic", durable=True)


def dead_letter_name(service: str) -> str:
    return f"{service}.dead"


def retry_name(service: str, seconds: int) -> str:
    for length, unit in ((3600, "h"), (60, "m")):
        if seconds % length == 0:
            return f"{service}.retry.{seconds // length}{unit}"
    return f"{service}.retry.{seconds}s"


def types_read_by(service: str) -> tuple[str, ...]:
    """
    The event types *service* listens to, as its schemas declare them.
    """
    module = importlib.import_module(f"services.{service}.schemas")
    return tuple(sorted(module.READS))


def routed_types(service: str) -> frozenset[str]:
    """
    The types announced by *service* that some queue is bound to.
    """
    events = {kind for reader in SERVICES for kind in types_read_by(reader)}
    tasks_of = importlib.import_module(f"services.{service}.events").EXAMPLES
    tasks = {event.type for event in tasks_of if ".task." in event.type}
    return frozenset(events | tasks)


def _working_queue(service: str, kind: str, keys: tuple[str, ...]) -> Queue:
    """
    A queue of *kind* `in`, `bulk` or `tasks`; what it gives up goes to the dead-letter
    queue.
    """
    bindings = [
        binding(events_exchange(key.partition(".")[0]), routing_key=key) for key in keys
    ]
    bindings.append(binding(return_exchange(service), routing_key=f"*.{kind}"))
    return Queue(
        f"{service}.{kind}",
        bindings=bindings,
        durable=True,
        queue_arguments={
            **_SAFE_DEAD_LETTERS,
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": dead_letter_name(service),
        },
    )


def incoming(service: str) -> Queue:
    """The queue of the events *service* reads."""
    return _working_queue(service, "in", types_read_by(service))


def bulk(service: str) -> Queue:
    """The queue of the events *service* reads that bulk work announces."""
    keys = (routing_key(kind, bulk=True) for kind in types_read_by(service))
    return _working_queue(service, BULK, tuple(keys))


def tasks(service: str) -> Queue:
    """The queue of the tasks *service* gave itself, also in bulk work."""
    return _working_queue(service, "tasks", (f"{service}.task.#",))


def dead_letters(service: str) -> Queue:
    """What needs a person: `jianjian dead-letters`."""
    return Queue(
        dead_letter_name(service),
        durable=True,
        queue_arguments={"x-queue-type": "quorum"},
    )


def delays(service: str) -> Iterator[Queue]:
    """The delay queues; a TTL acts at the head only, so each has one delay."""
    for seconds in settings.retry_seconds:
        yield Queue(
            retry_name(service, seconds),
            exchange=retry_exchange(service),
            routing_key=f"{seconds}.*",
            durable=True,
            queue_arguments={
                **_SAFE_DEAD_LETTERS,
                "x-message-ttl": seconds * 1000,
                "x-dead-letter-exchange": return_exchange(service).name,
            },
        )


def exchanges_of(service: str) -> tuple[Exchange, ...]:
    """The exchanges of one service: for its events, and to delay queues and back."""
    makers = (events_exchange, retry_exchange, return_exchange)
    return tuple(make(service) for make in makers)


def exchanges() -> Iterator[Exchange]:
    for service in SERVICES:
        yield from exchanges_of(service)


def queues_of(service: str) -> tuple[Queue, ...]:
    """The queues of one service."""
    working = (incoming(service), bulk(service), tasks(service))
    return dead_letters(service), *delays(service), *working


def queues() -> Iterator[Queue]:
    for service in SERVICES:
        yield from queues_of(service)


def declare(amqp_uri: str) -> int:
    """
    Declare everything; return how many queues there are.

    Raises `amqp.exceptions.PreconditionFailed` if a queue exists with other
    arguments: queues are never changed silently.
    """
    with Connection(amqp_uri, connect_timeout=10) as connection:
        channel = connection.channel()
        for exchange in exchanges():
            exchange(channel).declare()
        declared = [queue(channel) for queue in queues()]
        for queue in declared:
            queue.declare()
        return len(declared)


def empty(amqp_uri: str) -> int:
    """
    Remove every message from every queue; return how many there were.
    """
    with Connection(amqp_uri, connect_timeout=10) as connection:
        channel = connection.channel()
        return sum(queue(channel).purge() for queue in queues())


def faults(amqp_uri: str, service: str) -> list[str]:
    """
    What *service* needs and the broker has not got, or has with other arguments.
    """
    faults = []
    with Connection(amqp_uri, connect_timeout=3) as connection:
        for exchange in exchanges_of(service):
            with connection.channel() as channel:
                try:
                    exchange(channel).declare(passive=True)
                except connection.channel_errors:
                    faults.append(f"no exchange {exchange.name}")
        for queue in queues_of(service):
            # Only an active declaration compares arguments; it comes second, so
            # that asking makes nothing. A failed one closes its channel: one each.
            for passive, fault in ((True, "no queue"), (False, "other arguments:")):
                with connection.channel() as channel:
                    try:
                        queue(channel).queue_declare(passive=passive)
                    except connection.channel_errors:
                        faults.append(f"{fault} {queue.name}")
                        break
    return faults
