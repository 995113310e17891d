"""
The tables that every service has in its schema, beside those of its subject.
"""

from __future__ import annotations

from sqlalchemy import MetaData, Table

from shared.messaging.cleared import cleared_events_table
from shared.messaging.inbox import inbox_table
from shared.messaging.outbox import Outbox, outbox_table
from shared.records.leak_log import leak_log_table
from shared.storage.audit import audit_table
from shared.storage.database import metadata_of
from shared.storage.key_checks import key_checks_table
from shared.web.idempotency import idempotency_table


def service_tables(service: str) -> tuple[MetaData, Outbox, dict[str, Table]]:
    """
    The metadata of a service's schema, its outbox, and its other tables by role.
    """
    metadata = metadata_of(service)
    outbox = Outbox(service, outbox_table(metadata))
    tables = {
        "inbox": inbox_table(metadata),
        "cleared_events": cleared_events_table(metadata),
        "idempotency": idempotency_table(metadata),
        "audit": audit_table(metadata),
        "key_checks": key_checks_table(metadata),
        "leak_log": leak_log_table(metadata),
    }
    return metadata, outbox, tables
