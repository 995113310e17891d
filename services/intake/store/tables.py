"""
The tables that every service has, for intake.
"""

from __future__ import annotations

from shared.messaging.inbox import inbox_table
from shared.messaging.outbox import Outbox, outbox_table
from shared.storage.audit import audit_table
from shared.storage.database import metadata_of
from shared.web.idempotency import idempotency_table

metadata = metadata_of("intake")

OUTBOX = Outbox("intake", outbox_table(metadata))

TABLES = {
    "inbox": inbox_table(metadata),
    "idempotency": idempotency_table(metadata),
    "audit": audit_table(metadata),
}
