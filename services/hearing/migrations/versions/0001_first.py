"""
The mirrored cases, and the decisions on hearings.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.storage.migrations import (
    create_common_tables,
    create_document_tables,
    drop_common_tables,
    drop_document_tables,
)

revision = "0001"
down_revision = None

S = "hearing"


def upgrade() -> None:
    create_common_tables(S)
    create_document_tables(S)
    op.create_table(
        "cases",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("in_scope", sa.Boolean, nullable=False),
        sa.Column("merged_into", sa.String),
        sa.Column("merged_on", sa.Date),
        sa.Column("withdrawn_on", sa.Date),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("merge_sequence", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column(
            "withdrawal_sequence", sa.BigInteger, nullable=False, server_default="0"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
        schema=S,
    )
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"], schema=S)
    op.create_table(
        "hearings",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("decision", sa.String, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("approver_post", sa.String, nullable=False),
        sa.Column("notified_on", sa.Date),
        sa.Column("scheduled_on", sa.Date),
        sa.Column("place", sa.String),
        sa.Column("public", sa.Boolean),
        sa.Column("chair_post", sa.String),
        sa.Column("members", JSONB, nullable=False),
        sa.Column("held_on", sa.Date),
        sa.Column("members_present", sa.BigInteger),
        sa.Column("result_on", sa.Date),
        sa.Column("settled", sa.Boolean),
        sa.Column("opinion", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_hearings"),
        sa.ForeignKeyConstraint(
            ["case_number"], ["hearing.cases.number"], name="fk_hearings_case_number"
        ),
        schema=S,
    )
    op.create_index("ix_hearings_case_number", "hearings", ["case_number"], schema=S)
    op.create_index("ix_hearings_office_id", "hearings", ["office", "id"], schema=S)


def downgrade() -> None:
    for table in (
        "hearings",
        "cases",
    ):
        op.drop_table(table, schema=S)
    drop_document_tables(S)
    drop_common_tables(S)
