"""
Matters with their facts, duties, closings, batches and filings.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

from shared.storage.migrations import create_common_tables, drop_common_tables

revision = "0001"
down_revision = None

S = "assignment"


def upgrade() -> None:
    create_common_tables(S)
    op.create_table(
        "matters",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String),
        sa.Column("programme", sa.String),
        sa.Column("is_case", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("opened_on", sa.Date),
        sa.Column("in_scope", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("handed", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("merged", sa.Boolean, nullable=False, server_default="false"),
        sa.Column("led", JSONB, nullable=False, server_default="[]"),
        sa.Column("leaders", JSONB, nullable=False, server_default="[]"),
        sa.Column("department", sa.String),
        sa.Column("handler_post", sa.String),
        sa.Column(
            "hearing_decided", sa.Boolean, nullable=False, server_default="false"
        ),
        sa.Column("standing", sa.String, nullable=False, server_default="open"),
        sa.Column("concluded_on", sa.Date),
        sa.PrimaryKeyConstraint("number", name="pk_matters"),
        schema=S,
    )
    op.create_index(
        "ix_matters_office_number", "matters", ["office", "number"], schema=S
    )
    op.create_table(
        "facts",
        sa.Column("event_id", UUID(as_uuid=False), nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("occurred_on", sa.Date, nullable=False),
        sa.Column("payload", JSONB, nullable=False),
        sa.Column("position", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_facts"),
        schema=S,
    )
    op.create_index("ix_facts_number", "facts", ["number"], schema=S)
    op.create_table(
        "duties",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("steps", JSONB, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("state_on", sa.Date, nullable=False),
        sa.Column("flagged", sa.Boolean, nullable=False, server_default="false"),
        sa.PrimaryKeyConstraint("id", name="pk_duties"),
        schema=S,
    )
    op.create_index("ix_duties_number", "duties", ["number"], schema=S)
    op.create_index("ix_duties_office_id", "duties", ["office", "id"], schema=S)
    op.create_index(
        "ix_duties_unflagged",
        "duties",
        ["due_on", "id"],
        schema=S,
        postgresql_where=sa.text("state = 'open' AND NOT flagged"),
    )
    op.create_table(
        "closings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("concluded_on", sa.Date, nullable=False),
        sa.Column("dispositions", sa.ARRAY(sa.String), nullable=False),
        sa.Column("measures", sa.ARRAY(sa.String), nullable=False),
        sa.Column("narrative", sa.Text, nullable=False),
        sa.Column("submitted_by", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reviewed_on", sa.Date),
        sa.Column("reviewed_by", sa.String),
        sa.Column("checklist", sa.ARRAY(sa.String), nullable=False),
        sa.Column("reasons", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_closings"),
        sa.ForeignKeyConstraint(
            ["number"], ["assignment.matters.number"], name="fk_closings_number"
        ),
        schema=S,
    )
    op.create_index("ix_closings_number", "closings", ["number"], schema=S)
    op.create_table(
        "batches",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("letter_no", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("handed_on", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("case_numbers", sa.ARRAY(sa.String), nullable=False),
        sa.Column("offices", sa.ARRAY(sa.String), nullable=False),
        sa.Column("receipts", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
        schema=S,
    )
    op.create_index(
        "uq_batches_office_letter_no",
        "batches",
        ["office", "letter_no"],
        schema=S,
        unique=True,
    )
    op.create_table(
        "filings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("filed_on", sa.Date, nullable=False),
        sa.Column("cases", sa.BigInteger, nullable=False),
        sa.Column("received_by", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_filings"),
        schema=S,
    )
    op.create_index("ix_filings_office", "filings", ["office", "programme"], schema=S)


def downgrade() -> None:
    for table in ("filings", "batches", "closings", "duties", "facts", "matters"):
        op.drop_table(table, schema=S)
    drop_common_tables(S)
