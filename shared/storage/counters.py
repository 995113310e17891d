"""
The counters of all schemas, moved past every number that was drawn before a restore.

A restored database counts on from its backup, but the numbers drawn since then are on
letters, in queues and in other systems. Only a clock has not gone back with it.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from shared.settings import SERVICES

_ADVANCE = text(
    """
    SELECT count(setval(
        format('%I.%I', schemaname, sequencename)::regclass,
        greatest(
            last_value,
            floor(1000 * extract(epoch FROM clock_timestamp() - '2020-01-01'))
        )::bigint
    ))
    FROM pg_sequences WHERE schemaname = ANY(:schemas)
    """
)


def advance_counters(session: Connection) -> int:
    """
    Let every counter go on from the number of milliseconds since 2020, unless it is
    further already; return how many counters there are. Run by the owner, before any
    service starts.

    No two restores of one backup can draw the same number, as nothing draws a thousand
    a second for as long as lies between them.
    """
    return int(session.scalar(_ADVANCE, {"schemas": list(SERVICES)}) or 0)
