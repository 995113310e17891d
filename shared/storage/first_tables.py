"""
The tables that several services have, as their first migrations make them.

Frozen with the first installation: a later change is a migration of each service.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from shared.storage.schema_version import VERSION_TABLE

INSTANT = DateTime(timezone=True)
WRITTEN = text("clock_timestamp()")


def create_common_tables(service: str) -> None:
    """
    What every service has: its events, the answers it gave, and who did what.
    """
    _create_events(service)
    _create_audit(service)
    op.create_table(
        "idempotency",
        Column("office", String, nullable=False),
        Column("key", String, nullable=False),
        Column("fingerprint", String, nullable=False),
        Column("status", Integer),
        Column("answer", Text),
        Column("created_at", INSTANT, nullable=False, server_default=WRITTEN),
        PrimaryKeyConstraint("office", "key", name="pk_idempotency"),
        Index("ix_idempotency_created_at", "created_at"),
        schema=service,
    )
    op.create_table(
        "key_checks",
        Column("key", String, nullable=False),
        Column("sealed", String, nullable=False),
        PrimaryKeyConstraint("key", name="pk_key_checks"),
        schema=service,
    )
    # Each row is changed or deleted once: what a day clears is used again the next.
    for table in ("outbox", "inbox"):
        vacuum_early(service, table)
    # The answer is added to its row in the transaction of the row.
    vacuum_early(service, "idempotency", fillfactor=85)


def _create_events(service: str) -> None:
    """
    Events to be sent, events received, and the sums of those that were cleared.
    """
    op.create_table(
        "outbox",
        Column("position", BigInteger, Identity(always=True), nullable=False),
        Column("id", UUID(as_uuid=False), nullable=False),
        Column("type", String, nullable=False),
        Column("case_number", String, nullable=False),
        Column("body", JSON, nullable=False),
        Column("bulk", Boolean, nullable=False, server_default="false"),
        Column("created_at", INSTANT, nullable=False, server_default=WRITTEN),
        Column("published_at", INSTANT),
        Column("refused", String),
        Column("retry_at", INSTANT),
        PrimaryKeyConstraint("position", name="pk_outbox"),
        UniqueConstraint("id", name="uq_outbox_id"),
        Index(
            "ix_outbox_pending",
            *("bulk", "position"),
            postgresql_where=text("published_at IS NULL"),
        ),
        Index("ix_outbox_created_at", "created_at"),
        schema=service,
    )
    op.create_table(
        "inbox",
        Column("event_id", UUID(as_uuid=False), nullable=False),
        Column("type", String, nullable=False),
        Column("received_at", INSTANT, nullable=False, server_default=WRITTEN),
        PrimaryKeyConstraint("event_id", name="pk_inbox"),
        Index("ix_inbox_received_at", "received_at"),
        schema=service,
    )
    op.create_table(
        "cleared_events",
        Column("side", String, nullable=False),
        Column("type", String, nullable=False),
        Column("slice", String, nullable=False),
        Column("events", BigInteger, nullable=False),
        Column("digest", BigInteger, nullable=False),
        PrimaryKeyConstraint("side", "type", "slice", name="pk_cleared_events"),
        schema=service,
    )


def _create_audit(service: str) -> None:
    """
    Who did what, and who tried to read what an accusation is kept from.
    """
    op.create_table(
        "audit",
        Column("position", BigInteger, Identity(always=True), nullable=False),
        Column("actor", String, nullable=False),
        Column("office", String, nullable=False),
        Column("token", String, nullable=False),
        Column("act", String, nullable=False),
        Column("subject", String, nullable=False),
        Column("details", Text),
        Column("correlation_id", String, nullable=False),
        Column("business_at", INSTANT, nullable=False),
        Column("recorded_at", INSTANT, nullable=False, server_default=WRITTEN),
        PrimaryKeyConstraint("position", name="pk_audit"),
        Index("ix_audit_subject", "subject"),
        schema=service,
    )
    op.create_table(
        "leak_log",
        Column("id", String, nullable=False),
        Column("actor", String, nullable=False),
        Column("office", String, nullable=False),
        Column("token", String, nullable=False),
        Column("act", String, nullable=False),
        Column("subject", String, nullable=False),
        Column("accused", String, nullable=False),
        Column("tried_on", Date, nullable=False),
        Column("tried_at", INSTANT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_leak_log"),
        Index("ix_leak_log_office", "office", "tried_on", "id"),
        Index("ix_leak_log_tried_on", "tried_on", "id"),
        schema=service,
    )


def create_document_tables(service: str) -> None:
    """
    The documents filed with a service, and the log of those who read their contents.
    """
    op.create_table(
        "documents",
        Column("id", String, nullable=False),
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("kind", String, nullable=False),
        Column("media_type", String, nullable=False),
        Column("size", BigInteger, nullable=False),
        Column("digest", String, nullable=False),
        Column("scan", String, nullable=False),
        Column("dated", Date, nullable=False),
        Column("filed_on", Date, nullable=False),
        Column("filed_by", String, nullable=False),
        Column("made_here", Boolean, nullable=False),
        Column("withdrawn_on", Date),
        Column("withdrawn_by", String),
        Column("withdrawn_post", String),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name="pk_documents"),
        Index("ix_documents_number", "number", "id"),
        Index("ix_documents_digest", "digest"),
        schema=service,
    )
    _create_read_log(
        service, "document_openings", Column("document", String, nullable=False)
    )


def create_openings(service: str) -> None:
    """
    The log of those who read what is sealed of a petition or an application for aid.
    """
    _create_read_log(service, "openings", Column("token", String, nullable=False))


def _create_read_log(service: str, table: str, of: Column[str]) -> None:
    op.create_table(
        table,
        Column("id", String, nullable=False),
        of,
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("actor", String, nullable=False),
        Column("opened_on", Date, nullable=False),
        Column("opened_at", INSTANT, nullable=False),
        Column("encrypted", String, nullable=False),
        PrimaryKeyConstraint("id", name=f"pk_{table}"),
        Index(f"ix_{table}_office", "office", "opened_on", "id"),
        Index(f"ix_{table}_opened_on", "opened_on", "id"),
        schema=service,
    )


def create_paper_numbers(service: str) -> None:
    """
    The numbers of papers, from the series of the offices.
    """
    op.create_table(
        "paper_numbers",
        Column("series", String, nullable=False),
        Column("year", BigInteger, nullable=False),
        Column("number", BigInteger, nullable=False),
        Column("paper", String, nullable=False),
        Column("record", String, nullable=False),
        Column("used_on", Date, nullable=False),
        PrimaryKeyConstraint("series", "year", "number", name="pk_paper_numbers"),
        Index("ix_paper_numbers_record", "series", "paper", "record"),
        schema=service,
    )


def create_standing_closings(service: str) -> None:
    """
    The closings that stand with their documents, and the volume as which a case is
    archived, in a service that hears of them.
    """
    op.create_table(
        "standing_closings",
        Column("number", String, nullable=False),
        Column("closing", String),
        Column("documents", JSONB, nullable=False),
        Column("volume", String),
        Column("sequence", BigInteger, nullable=False),
        PrimaryKeyConstraint("number", name="pk_standing_closings"),
        schema=service,
    )


def create_mirrored_cases(service: str) -> None:
    """
    The cases of intake, in a service that hears of them.
    """
    op.create_table(
        "cases",
        Column("number", String, nullable=False),
        Column("office", String, nullable=False),
        Column("programme", String, nullable=False),
        Column("in_scope", Boolean, nullable=False),
        Column("merged_into", String),
        Column("merged_on", Date),
        Column("withdrawn_on", Date),
        Column("case_kind", String),
        Column("sequence", BigInteger, nullable=False),
        Column("merge_sequence", BigInteger, nullable=False, server_default="0"),
        Column("withdrawal_sequence", BigInteger, nullable=False, server_default="0"),
        Column("kind_sequence", BigInteger, nullable=False, server_default="0"),
        Column("move_sequence", BigInteger, nullable=False, server_default="0"),
        Column("had_by", JSONB, nullable=False, server_default="[]"),
        PrimaryKeyConstraint("number", name="pk_cases"),
        Index("ix_cases_merged_into", "merged_into"),
        schema=service,
    )


def vacuum_early(service: str, table: str, *, fillfactor: int = 100) -> None:
    """
    Let a table whose rows are changed or deleted again and again be vacuumed and
    analyzed when a fiftieth of it has changed, not a fifth. *fillfactor*: how full, in
    percent, a page is made, so that a changed row finds room beside the old one.
    """
    op.execute(
        f"ALTER TABLE {service}.{table} SET (fillfactor = {fillfactor},"
        " autovacuum_vacuum_scale_factor = 0.02,"
        " autovacuum_vacuum_insert_scale_factor = 0.05,"
        " autovacuum_analyze_scale_factor = 0.02)"
    )


def drop_tables(service: str) -> None:
    """
    Undo a first migration: drop all tables but the one in which alembic notes the
    version, and what depends on them.
    """
    names = sa.inspect(op.get_bind()).get_table_names(service)
    tables = ", ".join(f"{service}.{name}" for name in names if name != VERSION_TABLE)
    op.execute(f"DROP TABLE {tables} CASCADE")
