"""
The receiving side: twice is as good as once.

The event's id is written in the transaction of its effect; a second delivery
finds it there and does nothing.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Executable,
    Index,
    MetaData,
    String,
    Table,
    func,
)
from sqlalchemy.dialects.postgresql import UUID, insert

from shared.events import Envelope


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


def first_time(session: Connection, inbox: Table, event: Envelope) -> bool:
    """
    Whether *event* has had no effect here yet; records that it now has.

    A concurrent second delivery waits here until the first one has committed.
    """
    row = session.execute(_take(inbox), {"event_id": event.id, "type": event.type})
    return row.first() is not None


@lru_cache
def _take(inbox: Table) -> Executable:
    return insert(inbox).on_conflict_do_nothing().returning(inbox.c.event_id)
