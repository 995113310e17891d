"""
The relay process: a thread per outbox, one that clears what is old, and what waits as
metrics on its own port.
"""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg
from kombu import Connection
from prometheus_client import REGISTRY, make_wsgi_app, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from shared.messaging import topology
from shared.messaging.housekeeping import Housekeeper
from shared.messaging.relay import Relay
from shared.settings import SERVICES, settings
from shared.telemetry import configure_logging

_REMEMBER_SECONDS = 2.0
# Who scrapes waits for the answer: a broker that takes longer counts as absent.
_BROKER_SECONDS = 0.5
_AT_ONCE = {"max_retries": 0, "read_timeout": _BROKER_SECONDS}
_WAITING = """
    SELECT count(*),
           coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0),
           count(*) FILTER (WHERE refused IS NOT NULL)
    FROM outbox WHERE published_at IS NULL
"""


class Backlog(Collector):
    """
    Outboxes and queues, counted at most every two seconds however many ask. Only this
    process exports them.
    """

    def __init__(self, relays: Sequence[Relay]) -> None:
        self.relays = relays
        self._turn = threading.Lock()
        self._counted = float("-inf")
        self._metrics: list[Any] = []

    def describe(self) -> Iterable[Any]:
        return []

    def collect(self) -> list[Any]:
        with self._turn:
            if time.monotonic() - self._counted >= _REMEMBER_SECONDS:
                self._metrics = [*self._outboxes(), *self._queues()]
                self._counted = time.monotonic()
            return self._metrics

    def _outboxes(self) -> Iterator[Any]:
        pending = _gauge("outbox_pending", "Events waiting to be published")
        oldest = _gauge("outbox_oldest_seconds", "Age of the oldest waiting event")
        refused = _gauge("outbox_refused", "Events the broker did not take")
        active = _gauge("relay_active", "Whether this relay carries the outbox")
        scraped = _gauge("backlog_scrape_ok", "Whether the database answered")
        for relay in self.relays:
            name = [relay.service]
            active.add_metric(name, float(relay.active))
            try:
                waiting = _ask(relay.service)
            except psycopg.Error:
                scraped.add_metric(name, 0.0)
                continue
            scraped.add_metric(name, 1.0)
            for gauge, value in zip((pending, oldest, refused), waiting, strict=True):
                gauge.add_metric(name, float(value))
        yield from (pending, oldest, refused, active, scraped)

    def _queues(self) -> Iterator[Any]:
        depth = GaugeMetricFamily(
            "jianjian_queue_messages",
            "Messages ready in a queue",
            labels=["service", "queue"],
        )
        up = GaugeMetricFamily(
            "jianjian_broker_scrape_ok", "Whether the broker answered"
        )
        try:
            with Connection(
                settings["AMQP_URI"],
                connect_timeout=_BROKER_SECONDS,
                transport_options=_AT_ONCE,
            ) as connection:
                channel = connection.default_channel
                for relay in self.relays:
                    for queue in topology.queues_of(relay.service):
                        answer = channel.queue_declare(queue.name, passive=True)
                        kind = queue.name.removeprefix(f"{relay.service}.")
                        depth.add_metric([relay.service, kind], answer.message_count)
            up.add_metric([], 1.0)
        except Exception:  # noqa: BLE001 - an absent broker is a figure, not a failure
            up.add_metric([], 0.0)
        yield depth
        yield up


def _gauge(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"jianjian_{name}", text, labels=["service"])


def _ask(service: str) -> Sequence[Any]:
    with psycopg.connect(
        settings.database_url(service),
        connect_timeout=3,
        options="-c statement_timeout=3000",
    ) as database:
        return database.execute(_WAITING).fetchone() or (0, 0, 0)


def _serve(threads: Sequence[threading.Thread]) -> None:
    """
    Answer `/metrics`, and on `/healthz` whether all *threads* live, which asks neither
    database nor broker.
    """
    server, _ = start_http_server(
        settings.integer("RELAY_PORT"), addr=settings["HTTP_HOST"]
    )
    metrics = make_wsgi_app()

    def answer(environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"] != "/healthz":
            return metrics(environ, start)
        ended = [each.name for each in threads if not each.is_alive()]
        status = "503 Service Unavailable" if ended else "200 OK"
        start(status, [("Content-Type", "application/json")])
        return [json.dumps({"status": "ended" if ended else "alive"}).encode()]

    server.set_app(answer)


def run_relays(services: Sequence[str]) -> None:
    """
    Carry the outboxes of *services* until SIGTERM or SIGINT; with all of them also
    clear what is old.
    """
    settings.require("AMQP_URI", *(f"{name.upper()}_DATABASE_URL" for name in services))
    configure_logging("relay")
    stopped = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    relays = [Relay(service) for service in services]
    REGISTRY.register(Backlog(relays))
    threads: list[Relay | Housekeeper] = [*relays]
    if set(services) == set(SERVICES):
        threads.append(Housekeeper())
    for thread in threads:
        thread.start()
    _serve(threads)
    stopped.wait()
    for thread in threads:
        thread.stop()
    for thread in threads:
        thread.join(timeout=settings.integer("STOP_SECONDS"))
