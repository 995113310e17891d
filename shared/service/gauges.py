"""
Gauges from the database for Prometheus: queried when scraped, cached for a while.

A gauge is exact after any restart, which a counter in a process is not. Every
replica shows the same figures: take their maximum, never their sum.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from nameko.extensions import DependencyProvider
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, text

from shared import telemetry
from shared.storage.database import transaction

REMEMBER_SECONDS = 15.0
_LIMIT = text("SET LOCAL statement_timeout = '3s'")

_OLDEST = text(
    "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)"
    " FROM outbox WHERE published_at IS NULL"
)

Ask = Callable[[Connection], Iterable[Metric]]


class _Asked(Collector):
    """
    The answer of *ask*, at most every `REMEMBER_SECONDS`.
    """

    def __init__(self, service: str, ask: Ask) -> None:
        self.service = service
        self.ask = ask
        self._looked_at = float("-inf")
        self._metrics: list[Metric] = []

    def describe(self) -> list[Metric]:
        """
        No metrics: registering must not ask the database.
        """
        return []

    def collect(self) -> Iterator[Metric]:
        if time.monotonic() - self._looked_at >= REMEMBER_SECONDS:
            self._looked_at = time.monotonic()
            self._metrics = self._look()
        yield from self._metrics

    def _look(self) -> list[Metric]:
        ok = GaugeMetricFamily("jianjian_gauges_scrape_ok", "1 if they could be read")
        try:
            with transaction(self.service) as session:
                session.execute(_LIMIT)
                metrics = [_outbox_age(session, self.service), *self.ask(session)]
        except Exception as error:  # noqa: BLE001 - a scrape says so and goes on
            telemetry.log().warning("gauges_unread", error=repr(error)[:300])
            metrics = []
        ok.add_metric([], float(bool(metrics)))
        return [ok, *metrics]


def _outbox_age(session: Connection, service: str) -> Metric:
    """
    The age of what waits in the service's own outbox, also while no relay runs to
    report it.
    """
    gauge = GaugeMetricFamily(
        "jianjian_outbox_oldest_seconds",
        "Age of the oldest waiting event",
        labels=["service"],
    )
    gauge.add_metric([service], float(session.execute(_OLDEST).scalar_one()))
    return gauge


def nothing(_session: Connection) -> Iterable[Metric]:
    """
    No gauges but those that every service has.
    """
    return ()


class Gauges(DependencyProvider):
    """
    Exports the answer of *ask* on `/metrics` while the service runs.
    """

    def __init__(self, ask: Ask = nothing) -> None:
        super().__init__()
        self.ask = ask

    def start(self) -> None:
        self.collector = _Asked(self.container.service_name, self.ask)
        REGISTRY.register(self.collector)

    def stop(self) -> None:
        REGISTRY.unregister(self.collector)

    def get_dependency(self, _worker: object) -> None:
        return None
