"""
Logs, traces and metrics: one line per piece of work, few labels, no names.

The trace (correlation, causation, traceparent, actor) is bound at the start of
each piece of work and is passed on into the outbox, the messages and the mail.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import orjson
import structlog
from prometheus_client import Counter, Gauge, Histogram
from uuid_utils import uuid7

from shared.settings import settings

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
_LONGEST_FIELD = 1000  # characters of a value in the log
_LAG = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10, 60, 600, 3600)

REQUESTS = Histogram(
    "jianjian_http_request_seconds",
    "Time to answer a request",
    ["service", "endpoint", "status"],
    buckets=_BUCKETS,
)
HANDLED = Histogram(
    "jianjian_event_handler_seconds",
    "Time to handle an event, by outcome: done, repeated, retried, dead-lettered",
    ["service", "type", "outcome"],
    buckets=_BUCKETS,
)
LAG = Histogram(
    "jianjian_event_lag_seconds",
    "From the event's row in the outbox to its effect here, by the queue: in, bulk",
    ["service", "source", "queue"],
    buckets=_LAG,
)
RETRIES = Counter(
    "jianjian_event_retries_total", "Events sent to a delay queue", ["service"]
)
DEAD_LETTERED = Counter(
    "jianjian_events_dead_lettered_total",
    "Events given up as dead letters",
    ["service"],
)
TIMER_WENT = Gauge(
    "jianjian_timer_went_timestamp_seconds",
    "When a step of a timer last ended without an error",
    ["service", "timer"],
)
PROGRAMMES = Gauge("jianjian_programmes", "Programmes that this installation runs")
HUB_LAG = Gauge("jianjian_hub_lag_seconds", "How late the event loop is", ["service"])


@dataclass(frozen=True)
class TraceContext:
    """
    Who does this piece of work, and what led to it.
    """

    actor: str = "system"
    correlation_id: str = ""
    causation_id: str = ""
    traceparent: str = ""


_LOGGER = structlog.get_logger()
_NOBODY = TraceContext()
_trace: ContextVar[TraceContext] = ContextVar("trace", default=_NOBODY)
_traces: ContextVar[Mapping[str, TraceContext]] = ContextVar(
    "traces", default=MappingProxyType({})
)


def trace_context(number: str = "") -> TraceContext:
    """
    The context of the piece of work under way; within a batch, what concerns the matter
    of this *number*.
    """
    return _traces.get().get(number) or _trace.get()


_TRACEPARENT = re.compile("00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_CORRELATION = re.compile("[!-~]{1,80}")


def is_traceparent(text: str) -> bool:
    """
    Whether *text* has exactly the form of a W3C traceparent.
    """
    return _TRACEPARENT.fullmatch(text) is not None


def span_of(traceparent: str) -> str:
    """
    A new W3C span in the trace of *traceparent*, or in a new trace if it has not
    exactly the form of one: it goes on into headers of messages and mails.
    """
    match = _TRACEPARENT.fullmatch(traceparent)
    trace = match[1] if match else secrets.token_hex(16)
    return f"00-{trace}-{secrets.token_hex(8)}-01"


def correlation_of(header: str) -> str:
    """
    The correlation id that a caller sent, or a new one unless it has 1 to 80 visible
    ASCII characters: it is stored and goes back in a header.
    """
    return header if _CORRELATION.fullmatch(header) else str(uuid7())


def log() -> structlog.stdlib.BoundLogger:
    """
    The logger, for the few lines that do not belong to a piece of work.
    """
    return _LOGGER  # type: ignore[no-any-return]


def background_context() -> TraceContext:
    """
    The context of work that no request and no event causes: a timer's, a command's.
    """
    cause = str(uuid7())
    return TraceContext(
        correlation_id=cause, causation_id=cause, traceparent=span_of("")
    )


@contextmanager
def work(event: str, *, trace: TraceContext, **fields: object) -> Iterator[None]:
    """
    One piece of work: binds its trace and ends in exactly one log line.

    The body may add fields (`add_log_fields`); what it raises is logged and raised on.
    """
    _trace.set(trace)
    structlog.contextvars.clear_contextvars()
    started = time.perf_counter()
    try:
        yield
    except BaseException as error:
        add_log_fields(error=repr(error)[:500])
        raise
    finally:
        log().info(
            event,
            seconds=round(time.perf_counter() - started, 4),
            actor=trace.actor,
            correlation_id=trace.correlation_id,
            causation_id=trace.causation_id,
            traceparent=trace.traceparent,
            **fields,
            **structlog.contextvars.get_contextvars(),
        )
        structlog.contextvars.clear_contextvars()
        _trace.set(_NOBODY)


@contextmanager
def caused_by(
    trace: TraceContext, by_number: Mapping[str, TraceContext]
) -> Iterator[None]:
    """
    What is announced meanwhile about a matter has the trace *by_number*; what concerns
    no matter, or another, has *trace*.
    """
    token, tokens = _trace.set(trace), _traces.set(by_number)
    try:
        yield
    finally:
        _trace.reset(token)
        _traces.reset(tokens)


def add_log_fields(**fields: object) -> None:
    """
    Add *fields* to the line of the piece of work under way.
    """
    structlog.contextvars.bind_contextvars(**fields)


def configure_logging(service: str) -> None:
    """
    One line a piece of work on stderr: JSON, or readable when a person looks.

    Libraries' lines go through the same pipe, from warnings up.
    """
    kind = settings.get("LOG_FORMAT") or ("console" if sys.stderr.isatty() else "json")
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _shortened,
        structlog.processors.format_exc_info,
        _named(service),
    ]
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer()
        if kind == "console"
        else structlog.processors.JSONRenderer(serializer=_json)
    )
    # Our own lines go to stderr directly: logging's records take as long again.
    structlog.configure(
        processors=[*shared, last],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("nameko", "kombu", "amqp", "alembic", "httpx", "eventlet"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # What a worker raises is answered and logged by us, once.
    logging.getLogger("nameko.containers").setLevel(logging.CRITICAL)


def _json(event: object, **more: Any) -> str:
    try:
        options = orjson.OPT_NON_STR_KEYS
        return orjson.dumps(event, option=options, **more).decode()
    except orjson.JSONEncodeError:  # a lone surrogate, which UTF-8 cannot encode
        return json.dumps(event, **more)


def _shortened(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """
    Cut long texts: what comes from a message may be megabytes.
    """
    for name, value in event.items():
        if isinstance(value, str) and len(value) > _LONGEST_FIELD:
            event[name] = f"{value[:_LONGEST_FIELD]}…"
    return event


def _named(service: str) -> structlog.typing.Processor:
    def add(
        _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        event["service"] = service
        return event

    return add
