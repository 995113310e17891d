"""
Health checks of a service: `/healthz`, `/readyz`, `/metrics`, `/openapi.json`.

Answered before the worker pool, so a burst of work never hides them.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Sequence
from typing import Any

import eventlet
from prometheus_client import REGISTRY, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import text
from werkzeug.wrappers import Response

from shared.messaging import topology
from shared.messaging.arrivals import settled_for
from shared.policy.current import current_policy
from shared.settings import SERVICES
from shared.storage.database import engine_for
from shared.telemetry import HUB_LAG
from shared.web.readiness import Readiness
from shared.web.schema.openapi import document

_OUTBOX = "/outbox/"
# A confirmed message may still be in a queue or with its consumer.
_NOT_LONG_ANNOUNCED = text(
    "SELECT id FROM outbox WHERE type = ANY(:types) AND (published_at IS NULL"
    " OR created_at > clock_timestamp() - interval '10 min')"
    " ORDER BY position DESC LIMIT 20000"
)


class Probes:
    """
    The five addresses every service has beside its own.
    """

    def __init__(
        self, service: str, endpoints: Sequence[Any], readiness: Readiness
    ) -> None:
        self.service = service
        self.endpoints = endpoints
        self.readiness = readiness
        eventlet.spawn(self._watch_hub)

    def answer(self, path: str) -> Response | None:
        """
        The answer, or None when *path* is not a probe.
        """
        if path == "/healthz":
            return _json({"status": "alive"}, 200)
        if path == "/readyz":
            reasons = self.readiness.reasons()
            state = {
                "status": "not ready" if reasons else "ready",
                "reasons": reasons,
                "programmes": current_policy().programmes.codes,
            }
            return _json(state, 503 if reasons else 200)
        if path == "/metrics":
            return Response(
                generate_latest(REGISTRY), 200, content_type=CONTENT_TYPE_LATEST
            )
        if path.startswith(_OUTBOX):
            return self._outbox(path.removeprefix(_OUTBOX))
        if path == "/openapi.json":
            return Response(self._document, 200, content_type="application/json")
        return None

    @functools.cached_property
    def _document(self) -> str:
        spec = document(self.service, self.endpoints)
        return json.dumps(spec, ensure_ascii=False)

    def _outbox(self, reader: str) -> Response | None:
        """
        The ids of the events for *reader* that it may not have received yet, or with
        `/settled` of those that it should have.
        """
        reader, _, settled = reader.partition("/")
        if reader not in SERVICES or settled not in {"", "settled"}:
            return None
        types = list(topology.types_read_by(reader))
        try:
            with engine_for(self.service).connect() as connection:
                if settled:
                    return _json({"events": settled_for(connection, reader)}, 200)
                rows = connection.execute(_NOT_LONG_ANNOUNCED, {"types": types})
                return _json({"events": [str(row) for row in rows.scalars()]}, 200)
        except Exception as error:  # noqa: BLE001 - the answer says that it failed
            return _json({"error": type(error).__name__}, 503)

    def _watch_hub(self) -> None:
        gauge = HUB_LAG.labels(self.service)
        while True:
            started = time.monotonic()
            eventlet.sleep(1)
            gauge.set(max(time.monotonic() - started - 1, 0))


def _json(body: Any, status: int) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
