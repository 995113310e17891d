"""
The broker's queues as defined: where a message goes that waits, fails or is given up.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from shared.messaging import topology
from shared.settings import SERVICES, settings

WORKING = [
    (service, kind, make(service))
    for service in SERVICES
    for kind, make in (
        ("in", topology.incoming),
        ("bulk", topology.bulk),
        ("tasks", topology.tasks),
    )
]
DELAYS = [
    (service, queue) for service in SERVICES for queue in topology.delays(service)
]


def bound_keys(queue, exchange):
    return [
        each.routing_key for each in queue.bindings if each.exchange.name == exchange
    ]


def test_every_queue_is_declared_once_and_survives_the_broker():
    queues = list(topology.queues())
    names = [queue.name for queue in queues]

    assert len(set(names)) == len(names)
    assert all(queue.durable for queue in queues)
    assert {queue.queue_arguments["x-queue-type"] for queue in queues} == {"quorum"}


def test_every_exchange_a_queue_hangs_on_is_declared():
    declared = {exchange.name for exchange in topology.exchanges()}
    bound = {
        each.exchange.name for queue in topology.queues() for each in queue.bindings
    }

    assert bound <= declared


@pytest.mark.parametrize(("service", "kind", "queue"), WORKING)
def test_what_the_broker_gives_up_goes_to_the_dead_letter_queue(service, kind, queue):
    arguments = queue.queue_arguments

    assert arguments["x-dead-letter-exchange"] == ""
    assert arguments["x-dead-letter-routing-key"] == topology.dead_letter_name(service)
    assert arguments["x-dead-letter-strategy"] == "at-least-once"
    assert arguments["x-overflow"] == "reject-publish"


@pytest.mark.parametrize("service", SERVICES)
def test_the_dead_letter_queue_forgets_nothing(service):
    assert topology.dead_letters(service).queue_arguments == {"x-queue-type": "quorum"}


def test_a_crash_gives_a_message_up_only_after_every_attempt_of_its_handler():
    attempts = len(settings.retry_seconds) * settings.integer("ATTEMPTS_PER_TIER")

    assert attempts < topology.DELIVERY_LIMIT


@pytest.mark.parametrize(("service", "queue"), DELAYS)
@pytest.mark.parametrize("kind", ["in", "bulk", "tasks"])
def test_what_has_waited_returns_to_the_queue_it_came_from(service, queue, kind):
    seconds = queue.queue_arguments["x-message-ttl"] // 1000
    key = f"{seconds}.{kind}"
    returning = queue.queue_arguments["x-dead-letter-exchange"]
    taking = [
        other.name
        for _, _, other in WORKING
        if any(fnmatchcase(key, bound) for bound in bound_keys(other, returning))
    ]

    assert queue.exchange == topology.retry_exchange(service)
    assert fnmatchcase(key, queue.routing_key)
    assert queue.name == topology.retry_name(service, seconds)
    assert taking == [f"{service}.{kind}"]


@pytest.mark.parametrize("service", SERVICES)
def test_each_event_is_bound_to_the_queue_of_its_lane_and_no_other(service):
    def keys(queue):
        return {
            each.routing_key
            for each in queue.bindings
            if each.exchange.name.endswith(".events")
        }

    types = topology.types_read_by(service)

    assert keys(topology.incoming(service)) == set(types)
    assert keys(topology.bulk(service)) == {f"{kind}.bulk" for kind in types}


@pytest.mark.parametrize(
    ("seconds", "name"),
    [(1, "1s"), (10, "10s"), (60, "1m"), (90, "90s"), (600, "10m"), (7200, "2h")],
)
def test_a_delay_queue_is_named_after_its_delay(seconds, name):
    assert topology.retry_name("aid", seconds) == f"aid.retry.{name}"


def test_what_somebody_reads_and_every_task_must_find_a_queue():
    routed = topology.routed_types("intake")

    assert "intake.case_opened" in routed
    assert "intake.task.import_ledger" in routed
    assert "assignment.batch_received" not in topology.routed_types("assignment")
