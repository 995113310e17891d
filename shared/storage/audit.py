"""
Who wrote what, for which office and why: one row a write, in the write's transaction.

Rows are added only; the service's role may not change or delete them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Identity,
    Index,
    Insert,
    MetaData,
    Row,
    String,
    Table,
    Text,
    func,
)

from shared import clock
from shared.storage.encryption import Place, field_cipher
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
        Column("details", Text),
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
    details: Mapping[str, Any],
    sealed: bool,
) -> None:
    """
    Record that *actor* of *office* did *act* to *subject*.

    *details*: the reasons given and the values changed; *sealed*: they may be personal
    and are encrypted, bound to everything else that the row says.
    """
    row = {
        "actor": actor,
        "office": office,
        "token": token,
        "act": act,
        "subject": subject,
        "correlation_id": trace_context().correlation_id,
        "business_at": clock.now(),
    }
    text = None
    if details:
        text = json.dumps(details, ensure_ascii=False, default=str)
        if sealed:
            text = field_cipher().encrypt(text, _place(table, row))
    session.execute(_insert(table), {**row, "details": text})


def details_of(table: Table, row: Row[Any]) -> Any:
    """
    What `record` stored with a *row* of the audit trail. Raises `CannotDecryptError`.
    """
    if row.details is None or row.details.startswith("{"):
        return json.loads(row.details or "{}")
    return json.loads(field_cipher().decrypt(row.details, _place(table, row._asdict())))


_SAID = ("actor", "office", "token", "act", "subject", "correlation_id")


def _place(table: Table, row: Mapping[Any, Any]) -> Place:
    on = row["business_at"].astimezone(UTC).isoformat()
    return str(table), "details", on, *(row[name] for name in _SAID)


def trail(session: Connection, table: Table, subject: str) -> Iterator[dict[str, Any]]:
    """
    Who wrote what about *subject*, in order. Raises `CannotDecryptError`.
    """
    query = table.select().where(table.c.subject == subject)
    for row in session.execute(query.order_by(table.c.position)):
        yield {
            "at": row.business_at.isoformat(),
            "office": row.office,
            "actor": row.actor,
            "act": row.act,
            **details_of(table, row),
        }


@lru_cache
def _insert(table: Table) -> Insert:
    return table.insert().inline()
