"""
What a person dropped is not missed any more; what a stranger sent leaves no trace.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from shared.errors import NotFound
from shared.messaging import dead_letters, housekeeping, topology
from shared.messaging.dead_letters import DeadLetter, _record_end

KIND = "hearing.hearing_decided"
TAKEN = sa.text("SELECT count(*) FROM assignment.inbox WHERE event_id = :id")


@pytest.fixture
def announced(owner_session):
    """
    The id of an event that hearing has published.
    """
    identity = {"id": str(uuid4()), "type": KIND}
    owner_session.execute(
        sa.text(
            "INSERT INTO hearing.outbox (id, type, case_number, body, published_at)"
            " VALUES (:id, :type, 'none', '{}', clock_timestamp())"
        ),
        identity,
    )
    yield identity["id"]
    owner_session.execute(
        sa.text("DELETE FROM assignment.inbox WHERE event_id = :id"), identity
    )
    owner_session.execute(
        sa.text("DELETE FROM hearing.outbox WHERE id = :id"), identity
    )


def drop(identity, kind, *, body="{}"):
    properties = {"message_id": identity, "type": kind}
    message = SimpleNamespace(properties=properties, headers={}, body=body)
    _record_end(DeadLetter("assignment", message))


def test_a_dropped_event_counts_as_taken_in(announced, owner_session):
    drop(announced, KIND)
    drop(announced, KIND)

    assert owner_session.execute(TAKEN, {"id": announced}).scalar_one() == 1


def test_of_a_dropped_bundle_every_event_of_ours_counts_as_taken_in(
    announced, owner_session
):
    strangers = str(uuid4())
    ids = [strangers, announced, "no id of ours"]
    drop(strangers, KIND, body=json.dumps([{"id": each} for each in ids]))

    assert owner_session.execute(TAKEN, {"id": announced}).scalar_one() == 1
    assert owner_session.execute(TAKEN, {"id": strangers}).scalar_one() == 0


def dead(*ids):
    properties = {"message_id": ids[0], "type": KIND}
    body = json.dumps([{"id": each} for each in ids])
    message = SimpleNamespace(
        properties=properties, headers={}, body=body, delivery_tag=1
    )
    return DeadLetter("assignment", message)


def test_of_a_parked_bundle_every_event_is_known_by_its_id(monkeypatch):
    ids = [str(uuid4()) for _ in range(3)]
    monkeypatch.setattr(dead_letters, "list_letters", lambda _services: [dead(*ids)])

    assert dead_letters.get(ids[2]).event_ids() == ids
    assert dead_letters.get(ids[0]).summary()["events"] == 3
    with pytest.raises(NotFound):
        dead_letters.get(str(uuid4()))


class Broker:
    """
    A broker whose queues have these numbers of messages, by the end of their name, and
    whose only dead letter is this one, if there is one.
    """

    def __init__(self, letter=None, **waiting):
        self.waiting = waiting
        self.letter = letter
        self.default_channel = self

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def queue_declare(self, name, **_more):
        end = name.partition(".")[2].replace(".", "_")
        return SimpleNamespace(message_count=self.waiting.get(end, 0))

    def basic_get(self, queue):
        if self.letter is None or queue != f"{self.letter.service}.dead":
            return None
        message, self.letter = self.letter.message, None
        return message

    def basic_ack(self, _tag):
        pass


@pytest.fixture
def with_broker(monkeypatch):
    monkeypatch.setenv("AMQP_URI", "amqp://nowhere")

    def set_up(broker):
        for module, name in ((housekeeping, "Broker"), (dead_letters, "Connection")):
            monkeypatch.setattr(module, name, lambda *_arguments, **_more: broker)

    return set_up


def test_housekeeping_spares_every_event_of_a_parked_bundle(with_broker):
    ids = [str(uuid4()) for _ in range(3)]
    with_broker(Broker(dead(*ids), dead=1))

    assert housekeeping.copies_at("assignment") == set(ids)


@pytest.mark.parametrize("queue", ["in", "bulk", "tasks", "retry_10m"])
def test_no_receipt_goes_while_a_message_waits(with_broker, queue):
    queues = {queue.name for queue in topology.queues_of("assignment")}
    with_broker(Broker(**{queue: 1}))

    assert f"assignment.{queue.replace('_', '.')}" in queues
    assert housekeeping.copies_at("assignment") is None


def test_more_dead_letters_than_fit_into_memory_are_not_read(with_broker):
    with_broker(Broker(dead(str(uuid4())), dead=10**6))

    assert housekeeping.copies_at("assignment") is None


def test_nothing_is_cleared_while_dead_letters_are_in_a_readers_hand(with_broker):
    with_broker(Broker(dead(str(uuid4()))))
    with (
        dead_letters._dead_letters_of(["assignment"]),
        pytest.raises(housekeeping.AtWorkError),
    ):
        housekeeping.keep_house()
    with housekeeping.turn():
        pass


def test_a_receipt_outlives_the_new_copy_of_a_replayed_letter(
    with_broker, owner_session, monkeypatch
):
    event = str(uuid4())
    taken = sa.text(
        "INSERT INTO assignment.inbox (event_id, type, received_at)"
        " VALUES (:id, :type, now() - interval '60 days')"
    )
    age = sa.text(
        "SELECT now() - received_at < interval '1 day' FROM assignment.inbox"
        " WHERE event_id = :id"
    )
    sent = []
    owner_session.execute(taken, {"id": event, "type": KIND})
    with_broker(Broker(dead(event)))

    def send(_channel, _letter):
        sent.append(owner_session.execute(age, {"id": event}).scalar_one())

    monkeypatch.setattr(dead_letters, "_send_back", send)
    count, absent = dead_letters.settle([event], dead_letters.REPLAY)
    forget = sa.text("DELETE FROM assignment.inbox WHERE event_id = :id")
    owner_session.execute(forget, {"id": event})

    assert (count, absent) == (1, [])
    assert sent == [True]


@pytest.mark.parametrize("kind", [KIND, "stranger.said", None])
def test_a_dropped_message_of_a_stranger_is_forgotten(owner_session, kind):
    identity = str(uuid4())
    drop(identity, kind)
    drop("no id of ours", kind)

    assert owner_session.execute(TAKEN, {"id": identity}).scalar_one() == 0
