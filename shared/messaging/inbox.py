"""
The receiving side: twice is as good as once.

The event's id is written in the transaction of its effect; a second delivery
finds it there and does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Index,
    MetaData,
    String,
    Table,
    func,
)
from sqlalchemy.dialects.postgresql import UUID

from shared import telemetry
from shared.events import Envelope, ReceivedEvent


def inbox_table(metadata: MetaData) -> Table:
    """
    Define the inbox in a service's schema.
    """
    return Table(
        "inbox",
        metadata,
        Column("event_id", UUID(as_uuid=False), primary_key=True),
        Column("type", String, nullable=False),
        Column(
            "received_at",
            DateTime(timezone=True),
            nullable=False,
            server_default=func.clock_timestamp(),
        ),
        Index("ix_inbox_received_at", "received_at"),
    )


def new_events(
    session: Connection, inbox: Table, events: Iterable[Envelope]
) -> set[str]:
    """
    The ids of the *events* that have had no effect here yet; records that they now
    have.

    A concurrent second delivery waits here until the first one has committed.
    """
    # In the order of their ids: two transactions never wait for each other.
    types = dict(sorted((event.id, event.type) for event in events))
    return set(
        session.exec_driver_sql(_take(inbox), ([*types], [*types.values()])).scalars()
    )


@cache
def _take(inbox: Table) -> str:
    return (
        f"INSERT INTO {inbox.fullname} (event_id, type)"  # noqa: S608
        " SELECT * FROM unnest(%s::uuid[], %s::text[])"
        " ON CONFLICT DO NOTHING RETURNING event_id::text"
    )


def caused_by(
    events: Sequence[ReceivedEvent], also: Mapping[str, ReceivedEvent] | None = None
) -> AbstractContextManager[None]:
    """
    What is announced meanwhile about the matter of one of *events* names that event as
    its cause, and about the subjects of *also* the event given there; what follows from
    all of them together names the last one.
    """
    traces = {e.case_number: trace_context_of(e.envelope) for e in events}
    traces |= {s: trace_context_of(e.envelope) for s, e in (also or {}).items()}
    return telemetry.caused_by(traces[events[-1].case_number], traces)


def trace_context_of(envelope: Envelope) -> telemetry.TraceContext:
    """
    The trail of work that *envelope* causes.
    """
    return replace(
        telemetry.TraceContext(),
        actor=envelope.actor,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.id,
        traceparent=telemetry.span_of(envelope.traceparent),
    )
