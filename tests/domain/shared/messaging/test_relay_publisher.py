"""
What the relay publishes and when it takes it for published, without a broker.
"""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from shared.events import Envelope
from shared.messaging import relay
from shared.messaging.outbox import sent_body
from shared.messaging.relay import Publisher
from tests.builders import an_envelope

READ = "intake.case_opened"


class Broker:
    """
    Stands for connection, channel and broker: what was sent, and answers to come.
    """

    def __init__(self, *_arguments, **_settings):
        self.events = {f"basic_{kind}": set() for kind in ("ack", "nack", "return")}
        self.sent = []
        self.routes = []
        self.answers = []

    def channel(self):
        return self

    def confirm_select(self):
        pass

    def prepare_message(self, body, **properties):
        return SimpleNamespace(body=body, headers=properties["headers"])

    def send_method(self, _method, _form, arguments, message):
        _, exchange, key, mandatory, _ = arguments
        self.sent.append(message)
        self.routes.append((exchange, key, mandatory))

    def drain_events(self, timeout):
        if not self.answers:
            raise TimeoutError(timeout)
        kind, *answer = self.answers.pop(0)
        for take in self.events[f"basic_{kind}"]:
            take(*answer)


@pytest.fixture
def publisher(monkeypatch):
    monkeypatch.setattr(relay, "Connection", Broker)
    return Publisher("", "intake.events", {READ})


def rows(*positions, bulk=False):
    return [
        SimpleNamespace(
            position=p,
            id=f"e{p}",
            type=READ,
            case_number=f"c{p}",
            body='{"a":1}',
            bulk=bulk,
            announced=0.0,
        )
        for p in positions
    ]


def publish_alone(publisher, *positions):
    """
    Publish rows in a message each.
    """
    for position in positions:
        publisher.publish(rows(position))


def test_a_row_is_sent_as_it_was_written_with_its_position_as_sequence():
    fields = an_envelope().to_mapping()
    del fields["sequence"]
    written = json.dumps(fields, ensure_ascii=False)

    assert Envelope.from_mapping(json.loads(sent_body(written, 42))).sequence == 42
    assert sent_body(written, 42).startswith(written[:-1].encode())


def test_the_next_rows_are_published_while_the_last_ones_are_unconfirmed(publisher):
    publish_alone(publisher, 11, 12, 13)
    publisher.channel.answers = [("ack", 2, True)]

    assert publisher.settle(unanswered=1) == ([11, 12], [])
    assert publisher.under_way() == [13]
    assert len(publisher.channel.sent) == 3


def test_bulk_work_is_published_to_the_queues_of_its_lane(publisher):
    publisher.publish(rows(11))
    publisher.publish(rows(12, bulk=True))

    assert publisher.channel.routes == [
        ("intake.events", READ, True),
        ("intake.events", f"{READ}.bulk", True),
    ]


def test_what_comes_back_or_is_refused_is_never_taken_for_published(publisher):
    publish_alone(publisher, 11, 12, 13, 14)
    returned = publisher.channel.sent[1]
    publisher.channel.answers = [
        ("return", Exception(), "", "", returned),
        ("nack", 3, False),
        ("ack", 2, True),
        ("ack", 4, False),
    ]

    assert publisher.settle() == ([11, 14], [12, 13])
    assert publisher.settle() == ([], [])


def test_what_came_back_and_is_not_answered_yet_waits_for_its_answer(publisher):
    publish_alone(publisher, 11, 12)
    returned = publisher.channel.sent[1]
    publisher.channel.answers = [
        ("return", Exception(), "", "", returned),
        ("ack", 1, False),
    ]

    assert publisher.settle(unanswered=1) == ([11], [])
    publisher.channel.answers = [("ack", 2, False)]
    assert publisher.settle() == ([], [12])


@pytest.mark.parametrize("bulk", [True, False])
def test_events_that_travel_together_are_one_message_with_one_answer(publisher, bulk):
    assert publisher.publish(rows(11, 12, 13, bulk=bulk)) == 1
    (message,) = publisher.channel.sent
    assert [each["sequence"] for each in json.loads(message.body)] == [11, 12, 13]
    assert publisher.under_way() == [11, 12, 13]

    publisher.channel.answers = [("ack", 1, False)]
    assert publisher.settle() == ([11, 12, 13], [])


def test_a_bundle_that_comes_back_is_published_in_none_of_its_events(publisher):
    publisher.publish(rows(11, 12, bulk=True))
    returned = publisher.channel.sent[0]
    publisher.channel.answers = [
        ("return", Exception(), "", "", returned),
        ("ack", 1, False),
    ]

    assert publisher.settle() == ([], [11, 12])


def test_a_silent_broker_ends_the_wait(publisher):
    publisher.publish(rows(11))

    with pytest.raises(TimeoutError):
        publisher.settle()
