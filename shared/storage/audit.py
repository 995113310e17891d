"""
Who wrote what, for which office: one row a write, in the write's transaction.

Rows are added only; the service's role may not change or delete them.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Identity,
    Index,
    Insert,
    MetaData,
    String,
    Table,
    func,
)

from shared import clock
from shared.telemetry import trace_context


def audit_table(metadata: MetaData) -> Table:
    """
    Define the audit trail in a service's schema.
    """
    return Table(
        "audit",
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("actor", String, nullable=False),
        Column("office", String, nullable=False),
        Column("token", String, nullable=False),
        Column("act", String, nullable=False),
        Column("subject", String, nullable=False),
        Column("correlation_id", String, nullable=False),
        Column("business_at", DateTime(timezone=True), nullable=False),
        Column(
            "recorded_at",
            DateTime(timezone=True),
            nullable=False,
            server_default=func.clock_timestamp(),
        ),
        Index("ix_audit_subject", "subject"),
    )


def record(
    session: Connection,
    table: Table,
    *,
    actor: str,
    office: str,
    token: str,
    act: str,
    subject: str,
) -> None:
    """
    Record that *actor* of *office* did *act* to *subject*.
    """
    session.execute(
        _insert(table),
        {
            "actor": actor,
            "office": office,
            "token": token,
            "act": act,
            "subject": subject,
            "correlation_id": trace_context().correlation_id,
            "business_at": clock.now(),
        },
    )


@lru_cache
def _insert(table: Table) -> Insert:
    return table.insert().inline()
