"""
The measure ledger, returns and mails.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

from shared.storage.migrations import create_common_tables, drop_common_tables

revision = "0001"
down_revision = None

SCHEMA = "reporting"
INSTANT = sa.DateTime(timezone=True)


def upgrade():
    create_common_tables(SCHEMA)
    _ledger()
    _returns()


def _ledger():
    op.create_table(
        "facts",
        sa.Column("id", UUID(as_uuid=False), nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("body", JSONB, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_facts"),
        schema=SCHEMA,
    )
    op.create_table(
        "entries",
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("measure", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("person", sa.String),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("event_id", UUID(as_uuid=False), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_entries"),
        schema=SCHEMA,
    )
    key = ["programme", "measure", "office", "day"]
    op.create_index(
        "ix_entries_sums",
        "entries",
        key,
        schema=SCHEMA,
        postgresql_include=["amount", "known_at"],
    )
    op.create_index(
        "ix_entries_cases", "entries", [*key, "case_number", "position"], schema=SCHEMA
    )
    op.create_table(
        "totals",
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("measure", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_totals"),
        schema=SCHEMA,
    )
    # The same few rows are updated all day: room for them, and early cleaning.
    op.execute(
        f"ALTER TABLE {SCHEMA}.totals SET"
        " (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)"
    )


def _returns():
    written = sa.text("clock_timestamp()")
    op.create_table(
        "returns",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("signed_by", sa.String, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("office_name", sa.String, nullable=False),
        sa.Column("ended_counts", sa.Boolean, nullable=False),
        sa.Column("figures", JSONB, nullable=False),
        sa.Column("figures_checksum", sa.String, nullable=False),
        sa.Column("workbook", sa.LargeBinary),
        sa.Column("page", sa.Text),
        sa.Column("checksum", sa.String),
        sa.Column("created_at", INSTANT, nullable=False, server_default=written),
        sa.PrimaryKeyConstraint("id", name="pk_returns"),
        sa.UniqueConstraint(
            "programme",
            "office",
            "as_of",
            "revision",
            name="uq_returns_programme_office_as_of_revision",
        ),
        schema=SCHEMA,
    )
    op.create_index("ix_returns_office", "returns", ["office", "id"], schema=SCHEMA)
    op.create_table(
        "deliveries",
        sa.Column("return_id", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("message_id", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("doubts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("reply", sa.Text),
        sa.Column("created_at", INSTANT, nullable=False, server_default=written),
        sa.Column("changed_at", INSTANT, nullable=False, server_default=written),
        sa.PrimaryKeyConstraint("return_id", "recipient", name="pk_deliveries"),
        sa.UniqueConstraint("message_id", name="uq_deliveries_message_id"),
        sa.ForeignKeyConstraint(
            ["return_id"],
            [f"{SCHEMA}.returns.id"],
            name="fk_deliveries_return_id",
        ),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_deliveries_unsent",
        "deliveries",
        ["created_at"],
        schema=SCHEMA,
        postgresql_where=sa.text("state <> 'sent'"),
    )


def downgrade():
    for table in ("deliveries", "returns", "totals", "entries", "facts"):
        op.drop_table(table, schema=SCHEMA)
    drop_common_tables(SCHEMA)
