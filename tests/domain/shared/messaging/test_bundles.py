"""
Which events travel together, and that they arrive as they were sent.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from itertools import chain
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2 import OperationalError
from sqlalchemy.exc import DBAPIError

from shared.messaging import bundles
from shared.messaging.bundles import MOST, MOST_OF_PERSONS, bundled, joined
from shared.messaging.consumer import QueueConsumer
from shared.messaging.deliveries import Arrival, NonRetryable
from shared.messaging.gathering import Gathering

OPENED, CHANGED, TASK = "intake.case_opened", "intake.case_corrected", "intake.task.x"
ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([OPENED, CHANGED]), st.booleans())
)


def row(position, case="a", kind=OPENED, *, bulk=True, body="{}"):
    return SimpleNamespace(
        position=position, case_number=case, type=kind, bulk=bulk, body=body
    )


def positions(rows):
    return [[each.position for each in bundle] for bundle in bundled(rows)]


@given(ROWS)
def test_every_event_is_sent_once_and_those_of_a_matter_in_their_order(said):
    rows = [row(n, case, kind, bulk=bulk) for n, (case, kind, bulk) in enumerate(said)]
    sent = bundled(rows)

    of_matter = defaultdict(list)
    for each in (each for bundle in sent for each in bundle):
        of_matter[each.case_number].append(each.position)
    assert sorted(chain.from_iterable(of_matter.values())) == [*range(len(rows))]
    assert all(order == sorted(order) for order in of_matter.values())
    assert all(len({(r.type, r.bulk) for r in bundle}) == 1 for bundle in sent)
    assert all(
        len(bundle) <= (MOST if bundle[0].bulk else MOST_OF_PERSONS) for bundle in sent
    )


def test_events_of_one_type_travel_together_although_others_stand_between():
    rows = [row(1, "a"), row(2, "a", CHANGED), row(3, "b"), row(4, "b", CHANGED)]

    assert positions(rows) == [[1, 3], [2, 4]]


def test_an_event_does_not_overtake_an_earlier_one_of_its_matter():
    rows = [row(1, "a"), row(2, "b", CHANGED), row(3, "b"), row(4, "c")]

    assert positions(rows) == [[1], [2], [3, 4]]


def test_a_bundle_is_bounded_in_events_and_letters(monkeypatch):
    for most, bulk in ((MOST, True), (MOST_OF_PERSONS, False)):
        many = [row(n, f"c{n}", bulk=bulk) for n in range(2 * most + 1)]
        assert [len(bundle) for bundle in bundled(many)] == [most, most, 1]

    monkeypatch.setattr(bundles, "_LETTERS", 9)
    assert positions([row(n, f"c{n}", body="12345") for n in range(4)]) == [
        [0, 1],
        [2, 3],
    ]


def test_tasks_go_alone_and_each_lane_has_its_own_bundles():
    rows = [row(n, f"c{n}", kind=TASK, bulk=n > 0) for n in range(2)]
    rows += [row(n, f"c{n}", bulk=n > 3) for n in range(2, 6)]

    assert positions(rows) == [[0], [1], [2, 3], [4, 5]]


def test_a_bundle_arrives_as_its_events_each_under_its_own_id():
    bodies = [json.dumps({"id": f"e{n}", "a": "件"}).encode() for n in range(3)]
    message = SimpleNamespace(
        body=joined(bodies), headers={"x-announced": 1.0}, properties={"type": OPENED}
    )
    arrived = Arrival.of(message).deliveries

    assert [json.loads(each.body) for each in arrived] == [*map(json.loads, bodies)]
    assert [each.properties for each in arrived] == [
        {"type": OPENED, "message_id": f"e{n}"} for n in range(3)
    ]
    assert {each.headers["x-announced"] for each in arrived} == {1.0}


DEEP = b'[{"id":"x","a":' + b"[" * 300 + b"]" * 300 + b"}]"


@pytest.mark.parametrize(
    "body",
    [
        *(b"{}", b"", b"[", b"[]", b"[1]", b"[[]]", b'["a", {}]', b"\xff"),
        b"[" * 300 + b"]" * 300,
        b"[" + b"{}," * MOST + b"{}]",
    ],
)
def test_what_is_no_bundle_of_ours_is_one_event(body):
    message = SimpleNamespace(body=body, headers=None, properties={"message_id": "m"})
    (delivery,) = Arrival.of(message).deliveries

    assert (delivery.body, delivery.properties) == (body, {"message_id": "m"})


def test_what_is_deeper_than_any_event_of_ours_is_unreadable():
    message = SimpleNamespace(body=DEEP, headers={}, properties={})
    (delivery,) = Arrival.of(message).deliveries

    with pytest.raises(NonRetryable):
        delivery.envelope()


class Reader(QueueConsumer):
    """
    A reader of bulk work without a broker: what it acknowledged and what it sent on.
    """

    def __init__(self):
        super().__init__("bulk")
        self.acknowledged, self.sent, self.given_back = [], [], []
        self.container = SimpleNamespace(service_name="aid")
        self.consumer = SimpleNamespace(
            in_hand=9, requeue_message=self.given_back.append
        )
        self.sender = SimpleNamespace(send=self._send)

    def _send(self, event, *, exchange, key, headers):
        self.sent.append((event.properties["message_id"], exchange or key))

    def _acknowledge(self, messages):
        self.acknowledged += messages


def arrived(*ids):
    bodies = [json.dumps({"id": each}).encode() for each in ids]
    message = SimpleNamespace(
        body=joined(bodies), headers={}, properties={"message_id": ids[0]}
    )
    return Arrival.of(message)


def away():
    return DBAPIError("", {}, OperationalError(), connection_invalidated=True)


def test_of_a_bundle_only_what_failed_is_sent_on():
    reader, batch = Reader(), [arrived("e1", "e2", "e3"), arrived("e4")]
    reader._settle(batch, [None, NonRetryable("no"), ValueError("not yet"), None])

    assert reader.sent == [("e2", "aid.dead"), ("e3", "aid.retry")]
    assert reader.acknowledged == [each.message for each in batch]
    assert reader.consumer.in_hand == 7


def test_while_the_database_is_away_a_bundle_is_sent_on_whole():
    reader, bundle = Reader(), arrived("e1", "e2", "e3")
    reader._settle([bundle], [away(), None, away()])

    assert reader.sent == [("e1", "aid.retry")]
    assert reader.acknowledged == [bundle.message]


def test_an_outcome_that_is_missing_is_noticed():
    with pytest.raises(ValueError, match="shorter"):
        Reader()._settle([arrived("e1", "e2")], [None])


@pytest.fixture
def persons(monkeypatch):
    """
    What is known of the events that persons caused of late: none so far.
    """
    monkeypatch.setenv("PREFETCH", "6")
    gathering = Gathering()
    others = SimpleNamespace(gathering=gathering)
    monkeypatch.setitem(QueueConsumer.kinds, "in", others)
    return gathering


def sizes(batch):
    return [len(each.deliveries) for each in batch.arrivals], batch.is_full


def test_while_persons_are_at_work_a_batch_of_bulk_work_fills_half_of_another(persons):
    persons.begin(time.monotonic(), 1)
    reader = Reader()
    reader.waiting = [arrived("e1", "e2"), arrived("e3", "e4"), arrived("e5")]
    full = reader._next_batch()
    reader.waiting = reader.waiting[2:]
    rest = reader._next_batch()

    assert sizes(full) == ([2, 2], True)
    assert sizes(rest) == ([1], False)


def test_while_no_person_is_at_work_a_batch_of_bulk_work_fills_two_others(persons):
    persons.begin(time.monotonic() - 4, 1)
    reader = Reader()
    reader.waiting = [arrived(*(f"{n}{m}" for m in range(5))) for n in range(4)]

    assert sizes(reader._next_batch()) == ([5, 5, 5], True)


class Message:
    def __init__(self, channel, tag, acknowledged):
        self.channel = channel
        self.tag = tag
        self.acknowledged = acknowledged

    def ack(self, *, multiple):
        self.acknowledged.append((self.channel.name, self.tag, multiple))


def test_a_batch_is_acknowledged_once_for_each_channel_that_is_still_open():
    """
    After a new connection the messages of a batch come from two channels: the broker
    has taken back those of the old one.
    """
    old, new, closed = (
        SimpleNamespace(name=name, connection=connection)
        for name, connection in (("old", object()), ("new", object()), ("gone", None))
    )
    acknowledged = []
    batch = [Message(old, 1, acknowledged), Message(old, 2, acknowledged)]
    batch += [Message(closed, 7, acknowledged), Message(new, 1, acknowledged)]
    QueueConsumer._acknowledge(batch)
    QueueConsumer._acknowledge([Message(new, 2, acknowledged)])

    assert acknowledged == [("old", 2, True), ("new", 1, True), ("new", 2, False)]
