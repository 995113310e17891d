"""
What the relay counts for Prometheus.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from shared.messaging import relay_process
from shared.messaging.relay_process import Backlog


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
