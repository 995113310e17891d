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
from shared.messaging import dead_letters, housekeeping
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
    message = SimpleNamespace(properties=properties, headers={}, body=body)
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
    A broker whose only message is a dead letter.
    """

    def __init__(self, *_arguments, **_settings):
        self.default_channel = self

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def queue_declare(self, name, **_more):
        return SimpleNamespace(message_count=int(name.endswith(".dead")))


def test_housekeeping_spares_every_event_of_a_parked_bundle(monkeypatch):
    ids = [str(uuid4()) for _ in range(3)]
    monkeypatch.setattr(dead_letters, "list_letters", lambda _services: [dead(*ids)])
    monkeypatch.setattr(housekeeping, "Broker", Broker)
    monkeypatch.setenv("AMQP_URI", "amqp://nowhere")

    assert housekeeping.copies_at("assignment") == set(ids)


@pytest.mark.parametrize("kind", [KIND, "stranger.said", None])
def test_a_dropped_message_of_a_stranger_is_forgotten(owner_session, kind):
    identity = str(uuid4())
    drop(identity, kind)
    drop("no id of ours", kind)

    assert owner_session.execute(TAKEN, {"id": identity}).scalar_one() == 0
