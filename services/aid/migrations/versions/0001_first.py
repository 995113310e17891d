"""
The tables every service has, the cases heard of, the applications.
"""

import sqlalchemy as sa
from alembic import op

from shared.storage.migrations import create_common_tables, drop_common_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_common_tables("aid")
    op.create_table(
        "cases",
        sa.Column("number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("in_scope", sa.Boolean, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("merged_into", sa.String),
        sa.Column("merged_on", sa.Date),
        sa.Column("merge_sequence", sa.BigInteger, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
        schema="aid",
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.String, nullable=False),
        sa.Column("case_number", sa.String, nullable=False),
        sa.Column("office", sa.String, nullable=False),
        sa.Column("programme", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("person", sa.String, nullable=False),
        sa.Column("id_last_four", sa.String, nullable=False),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("applied_on", sa.Date, nullable=False),
        sa.Column("hardship", sa.String, nullable=False),
        sa.Column("decided_on", sa.Date),
        sa.Column("approver_post", sa.String),
        sa.Column("reason", sa.String),
        sa.Column("amount", sa.BigInteger),
        sa.Column("paid_on", sa.Date),
        sa.Column("voucher_no", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
        sa.ForeignKeyConstraint(
            ["case_number"],
            ["aid.cases.number"],
            name="fk_applications_case_number",
        ),
        schema="aid",
    )
    for columns in (["case_number", "person"], ["office", "id"]):
        op.create_index(
            f"ix_applications_{'_'.join(columns)}",
            "applications",
            columns,
            schema="aid",
        )
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"], schema="aid")


def downgrade() -> None:
    op.drop_table("applications", schema="aid")
    op.drop_table("cases", schema="aid")
    drop_common_tables("aid")
