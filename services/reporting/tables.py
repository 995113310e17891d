"""
The tables of reporting: what stands in them is said in `store`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID

from shared.messaging.inbox import inbox_table
from shared.messaging.outbox import Outbox, outbox_table
from shared.storage.audit import audit_table
from shared.storage.database import metadata_of
from shared.web.idempotency import idempotency_table

metadata = metadata_of("reporting")
OUTBOX = Outbox("reporting", outbox_table(metadata))
TABLES = {
    "inbox": inbox_table(metadata),
    "idempotency": idempotency_table(metadata),
    "audit": audit_table(metadata),
}
_INSTANT = DateTime(timezone=True)

facts = Table(
    "facts",
    metadata,
    Column("id", UUID(as_uuid=False), primary_key=True),
    Column("type", String, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("recorded_at", _INSTANT, nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("programme", String, nullable=False),
    Column("measure", String, nullable=False),
    Column("office", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("case_number", String, nullable=False),
    Column("person", String),
    Column("known_at", _INSTANT, nullable=False),
    Column("event_id", UUID(as_uuid=False), nullable=False),
    Index(
        "ix_entries_sums",
        "programme",
        "measure",
        "office",
        "day",
        postgresql_include=["amount", "known_at"],
    ),
    Index(
        "ix_entries_cases",
        "programme",
        "measure",
        "office",
        "day",
        "case_number",
        "position",
    ),
)

totals = Table(
    "totals",
    metadata,
    Column("programme", String, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("office", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("amount", BigInteger, nullable=False),
)

returns = Table(
    "returns",
    metadata,
    Column("id", String, primary_key=True),
    Column("programme", String, nullable=False),
    Column("office", String, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("known_at", _INSTANT, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("signed_by", String, nullable=False),
    Column("reason", Text),
    Column("title", String, nullable=False),
    Column("office_name", String, nullable=False),
    Column("ended_counts", Boolean, nullable=False),
    Column("figures", JSONB, nullable=False),
    Column("figures_checksum", String, nullable=False),
    Column("workbook", LargeBinary),
    Column("page", Text),
    Column("checksum", String),
    Column(
        "created_at",
        _INSTANT,
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    UniqueConstraint("programme", "office", "as_of", "revision"),
    Index("ix_returns_office", "office", "id"),
)


def _mails(name: str, key: str, of: Column[str]) -> Table:
    """
    One row a recipient of what is mailed, be it a return or a mailing of notices.
    """
    return Table(
        name,
        metadata,
        Column(key, ForeignKey(of), primary_key=True),
        Column("recipient", String, primary_key=True),
        Column("state", String, nullable=False),
        Column("message_id", String, nullable=False, unique=True),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("doubts", Integer, nullable=False, server_default="0"),
        Column("reply", Text),
        *(
            Column(
                moment,
                _INSTANT,
                nullable=False,
                server_default=func.clock_timestamp(),
            )
            for moment in ("created_at", "changed_at")
        ),
        Index(f"ix_{name}_unsent", "created_at", postgresql_where="state <> 'sent'"),
    )


deliveries = _mails("deliveries", "return_id", returns.c.id)

notices = Table(
    "notices",
    metadata,
    Column("event_id", UUID(as_uuid=False), primary_key=True),
    Column("programme", String, nullable=False),
    Column("office", String, nullable=False),
    Column("post", String),
    Column("case_number", String, nullable=False),
    Column("title", String, nullable=False),
    Column("about", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("mailing", String),
    Index(
        "ix_notices_waiting",
        "office",
        "day",
        postgresql_where="mailing IS NULL",
    ),
    Index("ix_notices_mailing", "mailing"),
)

mailings = Table(
    "mailings",
    metadata,
    Column("id", String, primary_key=True),
    Column("programme", String, nullable=False),
    Column("office", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("made_at", _INSTANT, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Index("ix_mailings_office", "office", "id"),
)

notice_mails = _mails("notice_mails", "mailing", mailings.c.id)
