"""
What the relay counts for Prometheus.
"""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from shared.messaging import relay_process
from shared.messaging.relay_process import Backlog
from shared.settings import Settings


def test_many_scrapes_at_once_ask_the_databases_once(monkeypatch):
    asked = []
    relays = [SimpleNamespace(service=name, active=True) for name in ("aid", "intake")]
    backlog = Backlog(relays)
    monkeypatch.setattr(
        relay_process, "_ask", lambda service: asked.append(service) or (3, 7.5, 0)
    )
    monkeypatch.setattr(backlog, "_queues", list)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: backlog.collect(), range(50)))

    assert asked == ["aid", "intake"]
    pending = next(m for m in answers[-1] if m.name == "jianjian_outbox_pending")
    assert [sample.value for sample in pending.samples] == [3, 3]
    backlog._counted = float("-inf")  # as if the seconds had passed
    backlog.collect()
    assert len(asked) == 4


@pytest.mark.parametrize("listens", [False, True], ids=["absent", "silent"])
def test_a_broker_that_does_not_answer_keeps_nobody_waiting(listens, monkeypatch):
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))
        if listens:
            broker.listen()
        uri = f"amqp://127.0.0.1:{broker.getsockname()[1]}//"
        monkeypatch.setattr(relay_process, "settings", Settings({"AMQP_URI": uri}))
        began = time.monotonic()
        metrics = Backlog([]).collect()
        took = time.monotonic() - began

    up = next(m for m in metrics if m.name == "jianjian_broker_scrape_ok")
    assert [sample.value for sample in up.samples] == [0]
    assert took < 1
