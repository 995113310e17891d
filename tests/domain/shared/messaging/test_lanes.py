"""
Which lane an event takes, and back to which queue a dead letter goes.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from shared.messaging import consumer, dead_letters
from shared.messaging.consumer import QueueConsumer
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.lanes import bulk_work, is_bulk_work


def test_work_is_no_bulk_work_until_it_says_so_and_afterwards():
    seen = [is_bulk_work()]
    with bulk_work():
        seen.append(is_bulk_work())
        with bulk_work(bulk=False):
            seen.append(is_bulk_work())
        seen.append(is_bulk_work())
    seen.append(is_bulk_work())

    assert seen == [False, True, False, True, False]


@pytest.fixture
def others(monkeypatch):
    """
    The process's consumer of what is no bulk work.
    """
    found = SimpleNamespace(at_work=True, waiting=[])
    monkeypatch.setitem(QueueConsumer.kinds, "in", found)
    return found


def test_bulk_work_waits_while_other_events_are_handled(monkeypatch, others):
    looks = []

    def look(seconds):
        looks.append(seconds)
        others.at_work = len(looks) < 3

    monkeypatch.setattr(consumer.eventlet, "sleep", look)
    QueueConsumer._give_way()

    assert len(looks) == 3


def test_bulk_work_waits_while_other_events_gather(monkeypatch, others):
    looks = []

    def look(seconds):
        looks.append(seconds)
        others.waiting = ["an event"] if len(looks) < 3 else []

    others.at_work, others.waiting = False, ["an event"]
    monkeypatch.setattr(consumer.eventlet, "sleep", look)
    QueueConsumer._give_way()

    assert len(looks) == 3


def test_bulk_work_goes_on_where_others_never_rest(monkeypatch, others):
    monkeypatch.setattr(consumer, "_GIVE_WAY_SECONDS", 0.01)
    QueueConsumer._give_way()

    assert others.at_work


def test_a_dead_letter_without_an_id_has_a_name_of_its_own():
    one, other, empty = (
        DeadLetter("aid", SimpleNamespace(properties={}, headers={}, body=body))
        for body in (b"one", b"other", b'[{"no": "id"}]')
    )

    assert one.id not in {"", other.id}
    assert one.event_ids() == [one.id]
    assert not any(letter.is_named({""}) for letter in (one, other, empty))


@pytest.mark.parametrize(
    ("headers", "queue"),
    [
        ({"x-queue": "bulk"}, "aid.bulk"),
        ({"x-queue": "tasks"}, "aid.tasks"),
        ({"x-queue": "in", "x-death": [{"queue": "aid.bulk"}]}, "aid.in"),
        ({"x-death": [{"queue": "aid.bulk"}]}, "aid.bulk"),
        ({"x-death": [{"queue": "aid.tasks"}]}, "aid.tasks"),
        ({"x-death": [{"queue": "aid.in"}]}, "aid.in"),
        ({}, "aid.in"),
    ],
)
def test_a_dead_letter_goes_back_to_the_queue_it_came_from(monkeypatch, headers, queue):
    sent = []
    monkeypatch.setattr(
        dead_letters, "forward", lambda *_, key, **_more: sent.append(key)
    )
    dead_letters._send_back(None, DeadLetter("aid", SimpleNamespace(headers=headers)))

    assert sent == [queue]
