"""
What is remembered of the events cleared from outboxes and inboxes: sums by type and
slice, so that `reconcile` can still compare what was announced with what was taken.

A slice holds the events whose ids begin alike. Ids begin with the time at which they
were made (UUID 7), so that a slice is a stretch of 4.7 hours. A digest is the
exclusive or of the last 64 bits of the ids, which are random: two sets of events of
one number and one digest are the same set.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Column, MetaData, String, Table

ANNOUNCED, TAKEN = "announced", "taken"

# Held to the end of a transaction in the first service's database by whoever compares,
# or holds in hand, what `housekeeping` would clear meanwhile; it waits for a clearing.
SHARED_LOCK = "SELECT pg_advisory_xact_lock_shared(hashtext('jianjian-housekeeping'))"
# Its transaction asks nothing while the broker, or another database, is read.
IDLE_FOR_LONG = "-c idle_in_transaction_session_timeout=0"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LENGTH = 6  # digits of sixteen
_SLICE_MS = 1 << (48 - 4 * _LENGTH)

# The columns by which rows with an *id* and a *type* are grouped, and their sums.
SLICE = f"left(id::text, {_LENGTH})"
SUMS = (
    "count(*), bit_xor(('x' || right(replace(id::text, '-', ''), 16))::bit(64)::bigint)"
)


def cleared_events_table(metadata: MetaData) -> Table:
    """
    Define the sums of cleared events in a service's schema: of those it announced and
    of those it had taken (*side*).
    """
    return Table(
        "cleared_events",
        metadata,
        Column("side", String, primary_key=True),
        Column("type", String, primary_key=True),
        Column("slice", String, primary_key=True),
        Column("events", BigInteger, nullable=False),
        Column("digest", BigInteger, nullable=False),
    )


class Sums(NamedTuple):
    """
    How many events, and the digest of their ids.
    """

    events: int = 0
    digest: int = 0

    def plus(self, other: Sums) -> Sums:
        return Sums(self.events + other.events, self.digest ^ other.digest)

    def with_event(self, event: UUID) -> Sums:
        last = event.int & ((1 << 64) - 1)
        signed = last - (1 << 64) if last >> 63 else last
        return self.plus(Sums(1, signed))


def clearing(table: str, column: str, side: str, condition: str) -> str:
    """
    The statement that deletes rows of an outbox or inbox and adds them to the sums;
    it returns how many.
    """
    # Sums are added in one order: two that clear at once never wait for each other in a
    # circle.
    return f"""
        WITH gone AS (
            DELETE FROM {table} WHERE {condition} RETURNING {column} AS id, type
        ), added AS (
            INSERT INTO cleared_events (side, type, slice, events, digest)
            SELECT '{side}', type, {SLICE}, {SUMS}
            FROM gone GROUP BY 2, 3 ORDER BY 2, 3
            ON CONFLICT (side, type, slice) DO UPDATE SET
                events = cleared_events.events + excluded.events,
                digest = cleared_events.digest # excluded.digest
        )
        SELECT count(*) AS events FROM gone
    """  # noqa: S608 - nothing but constants


def began_at(part: str) -> str:
    """
    When the first events of a slice were made.
    """
    began = timedelta(milliseconds=int(part, 16) * _SLICE_MS)
    try:
        return (_EPOCH + began).isoformat(timespec="minutes")
    except OverflowError:  # not an id of version 7
        return part
