"""
The sending side: an event is a row, written in the transaction of the state.

The relay (`shared.messaging.relay`) carries the rows to the broker. A row's state is a
column, never a cursor over ids: ids are taken before rows become visible.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Identity,
    Index,
    MetaData,
    String,
    Table,
    func,
)
from sqlalchemy.dialects.postgresql import UUID
from uuid_utils import uuid7

from shared import clock
from shared.events import Event
from shared.messaging.lanes import is_bulk_work
from shared.storage.database import notify_later, send_later
from shared.telemetry import trace_context

_MANY = 1000  # events announced at once are bulk work, whoever caused them


def outbox_table(metadata: MetaData) -> Table:
    """
    Define the outbox in a service's schema.

    *position* orders the rows and is the event's sequence: taken while the case's
    row is locked, it rises within a case. *body* is JSON as it was written, for
    the relay sends its text; *bulk* rows go by the lane of bulk work.
    """
    return Table(
        "outbox",
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("id", UUID(as_uuid=False), nullable=False, unique=True),
        Column("type", String, nullable=False),
        Column("case_number", String, nullable=False),
        Column("body", JSON, nullable=False),
        Column("bulk", Boolean, nullable=False, server_default="false"),
        Column(
            "created_at",
            DateTime(timezone=True),
            nullable=False,
            server_default=func.clock_timestamp(),
        ),
        Column("published_at", DateTime(timezone=True)),
        Column("refused", String),
        Column("retry_at", DateTime(timezone=True)),
        Index(
            "ix_outbox_pending",
            "bulk",
            "position",
            postgresql_where="published_at IS NULL",
        ),
        Index("ix_outbox_created_at", "created_at"),
    )


class Outbox:
    """
    Where a service announces what happened.
    """

    def __init__(self, service: str, table: Table) -> None:
        self.service = service
        self.table = table
        into = f"INSERT INTO {table.fullname} (bulk, id, type, case_number, body)"
        # One text for any number of rows: built once, read once by the database. That
        # for a single row costs it half as much.
        self._insert = (
            f"{into}"  # noqa: S608 - nothing but a name of ours
            " SELECT %s, * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::json[])"
        )
        self._insert_one = f"{into} VALUES (%s, %s, %s, %s, %s)"

    def announce(self, session: Connection, *events: Event) -> None:
        """
        Insert *events* in the transaction of the state change; the relay sends them.
        """
        if events:
            recorded_at = clock.now().isoformat()
            rows = [_row(event, recorded_at) for event in events]
            bulk = is_bulk_work() or len(rows) > _MANY
            if len(rows) == 1:
                send_later(session, self._insert_one, (bulk, *rows[0]))
            else:
                columns = (list(column) for column in zip(*rows, strict=True))
                send_later(session, self._insert, (bulk, *columns))
            notify_later(session, f"outbox_{self.service}")


def _row(event: Event, recorded_at: str) -> tuple[str, str, str, str]:
    now = trace_context(event.case_number)
    identity = str(uuid7())
    body: dict[str, Any] = {
        "id": identity,
        "type": event.type,
        "version": event.version,
        "occurred_on": event.occurred_on.isoformat(),
        "recorded_at": recorded_at,
        "office": event.office,
        "case_number": event.case_number,
        "actor": now.actor,
        "correlation_id": now.correlation_id,
        "causation_id": now.causation_id,
        "traceparent": now.traceparent,
        "payload": event.payload(),
    }
    text = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS).decode()
    return identity, event.type, event.case_number, text


def sent_body(body: str, position: int) -> bytes:
    """
    The *body* of a row as it is sent: with its position as the event's sequence, which
    is drawn when the row is inserted.
    """
    return f'{body[:-1]},"sequence":{position}}}'.encode()
