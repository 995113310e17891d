"""
A task that is given up becomes a dead letter, and its import shows it; large ledgers
leave room for small ones.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from services.intake import service
from services.intake.casework.importing.job import slot_for
from services.intake.events.ledgers import ImportRequested
from services.intake.service import IntakeService
from shared.messaging.consumer import TASKS, QueueConsumer
from shared.messaging.deliveries import Delivery, LockedElsewhere, NonRetryable
from tests.builders import an_envelope


@pytest.fixture
def done(monkeypatch):
    """
    What was done of giving imports up and sending messages, in order.
    """
    acts = []
    monkeypatch.setattr(service, "give_up_import", acts.append)
    return acts


@pytest.fixture
def fail(done):
    """
    Fails a message of the queue of tasks for good.
    """
    reader = QueueConsumer("tasks")
    reader.container = SimpleNamespace(service_name="intake", service_cls=IntakeService)
    reader.sender = SimpleNamespace(send=lambda *_, key, **__: done.append(key))

    def fail(body):
        reader._retry_or_dead_letter(Delivery(body, {}), NonRetryable("no"))

    return fail


def a_task(kind):
    envelope = an_envelope(kind, case_number="an-import")
    return json.dumps(envelope.to_mapping()).encode()


def test_an_import_is_parked_before_its_task_becomes_a_dead_letter(done, fail):
    fail(a_task(ImportRequested.type))

    assert done == ["an-import", "intake.dead"]


@pytest.mark.parametrize("body", [a_task("intake.task.unheard_of"), b"{no envelope"])
def test_what_is_no_import_becomes_a_dead_letter_alone(done, fail, body):
    fail(body)

    assert done == ["intake.dead"]


def test_however_many_large_ledgers_there_are_a_small_one_finds_room():
    with ExitStack() as held:
        for _ in range(TASKS - 1):
            held.enter_context(slot_for(large=True))
        with pytest.raises(LockedElsewhere), slot_for(large=True):
            pytest.fail("there was room")
        with slot_for(large=False):
            pass
    with slot_for(large=True):
        pass
